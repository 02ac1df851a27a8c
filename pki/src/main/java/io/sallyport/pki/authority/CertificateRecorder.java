package io.sallyport.pki.authority;

/**
 * Keeps what was issued. An authority hands out a certificate only after this has returned:
 * whatever exists outside this process is in the record, also after a crash. The reverse does not
 * hold; a record may be of a certificate that nobody got.
 */
@FunctionalInterface
public interface CertificateRecorder {

    /**
     * Records, durably or within the caller's transaction. May block; runs on the thread that
     * issues.
     *
     * @throws RuntimeException when it cannot be recorded; it is passed on, and the certificate is
     *     dropped
     */
    void record(Issued issued);
}
