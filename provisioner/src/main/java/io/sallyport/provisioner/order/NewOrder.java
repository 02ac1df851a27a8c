package io.sallyport.provisioner.order;

import io.micronaut.core.annotation.Nullable;

import java.util.List;

/**
 * An order as it is typed; nothing of it is checked.
 *
 * @param branch name of the branch
 * @param protectedNetworks the branch's networks in CIDR notation
 * @param deviceFamily kind of the branch's device
 * @param csr PKCS#10 request in PEM, if the customer made the key
 * @param generateKey true if the key is to be made here
 */
record NewOrder(
        @Nullable String branch,
        @Nullable List<String> protectedNetworks,
        @Nullable String deviceFamily,
        @Nullable String csr,
        @Nullable Boolean generateKey) {}
