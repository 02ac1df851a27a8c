package io.sallyport.vici;

/**
 * An algorithm that charon can use.
 *
 * @param kind {@code encryption}, {@code aead}, {@code integrity}, {@code prf}, {@code ke} ({@code
 *     dh} in strongSwan 5) and others
 * @param name charon's word, such as {@code AES_GCM_16} or {@code ML_KEM_768}
 * @param plugin that implements it; several may implement the same
 */
public record Algorithm(String kind, String name, String plugin) {}
