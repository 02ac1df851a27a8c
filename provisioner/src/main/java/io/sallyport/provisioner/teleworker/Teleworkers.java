package io.sallyport.provisioner.teleworker;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.transaction.annotation.Transactional;
import io.sallyport.provisioner.password.PasswordHash;
import io.sallyport.provisioner.problem.FieldErrors;
import io.sallyport.provisioner.problem.ProblemException;
import io.sallyport.provisioner.problem.ProblemException.Kind;
import io.sallyport.provisioner.session.Sessions;
import io.sallyport.provisioner.totp.Totp;

import jakarta.inject.Singleton;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The teleworkers of customers. Every method blocks. Methods that change one lock its row first:
 * what a login decides at the same time is decided before or after, never in between.
 */
@Singleton
class Teleworkers {
    private static final String BLOCKED = "Your access is blocked.";

    private final TeleworkerStore store;
    private final TeleworkerSeal seal;
    private final Sessions sessions;
    private final TeleworkerCertificates certificates;
    private final Clock clock;

    Teleworkers(
            TeleworkerStore store,
            TeleworkerSeal seal,
            Sessions sessions,
            TeleworkerCertificates certificates,
            Clock clock) {
        this.store = store;
        this.seal = seal;
        this.sessions = sessions;
        this.certificates = certificates;
        this.clock = clock;
    }

    /**
     * Adds one.
     *
     * @throws ProblemException if the name is taken, or a group is not there
     */
    @Transactional
    Teleworker create(
            UUID customer,
            Username username,
            List<String> groups,
            Optional<PasswordHash> password,
            Optional<Totp> totp) {
        UUID id = UUID.randomUUID();
        List<UUID> groupIds = groupIds(customer, groups);
        boolean created =
                store.insert(
                        id,
                        customer,
                        username,
                        password.map(PasswordHash::text).orElse(null),
                        totp.map(secret -> seal.seal(id, secret)).orElse(null),
                        clock.instant());
        if (!created) {
            throw ProblemException.of(
                    Kind.CONFLICT,
                    "username",
                    "there is a teleworker named %s".formatted(username));
        }
        store.memberships(id, customer, groupIds);
        return find(customer, id);
    }

    /** A page, in the order of the ids. */
    @Transactional(readOnly = true)
    List<Teleworker> page(UUID customer, @Nullable UUID after, int limit) {
        return store.page(customer, after, limit);
    }

    /**
     * @throws ProblemException if there is none of this id
     */
    @Transactional(readOnly = true)
    Teleworker find(UUID customer, UUID id) {
        return store.find(customer, id).orElseThrow(Teleworkers::unknown);
    }

    /** Puts it into these groups and no others; sessions in others end. */
    @Transactional
    Teleworker regroup(UUID customer, UUID id, List<String> groups) {
        lock(customer, id);
        store.memberships(id, customer, groupIds(customer, groups));
        sessions.endOutside(id, groups, "You are no longer in the group.");
        return find(customer, id);
    }

    /** Blocks it, and ends its sessions; nothing happens if it is blocked. */
    @Transactional
    Teleworker block(UUID customer, UUID id) {
        lock(customer, id);
        store.state(id, Teleworker.State.BLOCKED);
        sessions.endOf(id, BLOCKED);
        return find(customer, id);
    }

    /** Lets it log in again. */
    @Transactional
    Teleworker unblock(UUID customer, UUID id) {
        lock(customer, id);
        store.state(id, Teleworker.State.ACTIVE);
        return find(customer, id);
    }

    /** Gives it another password. Its sessions go on. */
    @Transactional
    void password(UUID customer, UUID id, PasswordHash password) {
        lock(customer, id);
        store.password(id, password.text());
    }

    /** Gives it another secret for one-time passwords, or none. */
    @Transactional
    Teleworker totp(UUID customer, UUID id, Optional<Totp> totp) {
        lock(customer, id);
        store.totp(id, totp.map(secret -> seal.seal(id, secret)).orElse(null));
        return find(customer, id);
    }

    /** Deletes it: its secrets are wiped, its certificates revoked, its sessions end. */
    @Transactional
    void delete(UUID customer, UUID id) {
        lock(customer, id);
        certificates.revokeAll(id);
        store.delete(id);
        sessions.endOf(id, "Your access was removed.");
    }

    static ProblemException unknown() {
        return ProblemException.of(Kind.NOT_FOUND, "there is no such teleworker");
    }

    private void lock(UUID customer, UUID id) {
        if (!store.lock(customer, id)) {
            throw unknown();
        }
    }

    private List<UUID> groupIds(UUID customer, List<String> names) {
        List<UUID> ids = store.groups(customer, names);
        if (ids.size() != names.stream().distinct().count()) {
            var errors = new FieldErrors();
            for (int i = 0; i < names.size(); i++) {
                if (store.groups(customer, List.of(names.get(i))).isEmpty()) {
                    errors.add("groups[%d]".formatted(i), "there is no such group");
                }
            }
            errors.throwIfAny();
        }
        return ids;
    }
}
