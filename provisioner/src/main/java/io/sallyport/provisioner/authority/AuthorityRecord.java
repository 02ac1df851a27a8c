package io.sallyport.provisioner.authority;

import io.sallyport.pki.authority.CertificateRecorder;
import io.sallyport.pki.authority.Issued;

import java.time.Clock;

/**
 * Records certificates of authorities in the caller's transaction. What is told twice of one, as
 * after an interruption, is recorded once. Blocks on the database.
 */
record AuthorityRecord(CertificateRepository certificates, Clock clock)
        implements CertificateRecorder {
    @Override
    public void record(Issued issued) {
        Certificate row = Custody.row(issued, clock.instant());
        if (certificates
                .findByAuthorityAndSerialNumber(row.authority(), row.serialNumber())
                .isEmpty()) {
            certificates.save(row);
        }
    }
}
