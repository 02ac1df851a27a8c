package io.sallyport.lab;

import java.nio.file.Path;
import java.util.List;

/** A branch's gateway: charon and swanctl, configured by nothing but files and a set-up script. */
public final class BranchHost extends CharonHost {
    private final int number;

    /**
     * @param number of the branch, from 1
     */
    BranchHost(Engine engine, int number, Path sharedDirectory) {
        super(
                engine,
                "branch" + number,
                List.of(
                        new Leg(
                                AddressPlan.INTERNET_BRANCHES,
                                AddressPlan.INTERNET_BRANCHES.address(10 + number)),
                        new Leg(
                                AddressPlan.lanOfBranch(number),
                                AddressPlan.lanOfBranch(number).router())),
                AddressPlan.INTERNET_BRANCHES,
                List.of(),
                sharedDirectory);
        this.number = number;
    }

    public String internetAddress() {
        return AddressPlan.INTERNET_BRANCHES.address(10 + number);
    }

    /** The network behind it, in CIDR notation. */
    public String protectedNetwork() {
        return AddressPlan.lanOfBranch(number).subnet();
    }

    /** Its own address in the network behind it. */
    public String lanAddress() {
        return AddressPlan.lanOfBranch(number).router();
    }
}
