package io.sallyport.vici;

/**
 * One packet (VICI README, "Packet layer"). A packet fills one segment of the transport; its type
 * is the segment's first octet.
 */
public sealed interface ViciPacket {
    /** Type 0: the client asks for a command. */
    record CmdRequest(String name, ViciMessage message) implements ViciPacket {
        /** Checks the name; see {@link ViciMessage#MAX_NAME_LENGTH}. */
        public CmdRequest {
            ViciMessage.requireName(name);
        }
    }

    /** Type 1: charon answers a command. Nothing says which: only one can be under way. */
    record CmdResponse(ViciMessage message) implements ViciPacket {}

    /** Type 2: charon does not know the command. */
    record CmdUnknown() implements ViciPacket {}

    /** Type 3: the client wants an event from now on. */
    record EventRegister(String name) implements ViciPacket {
        /** Checks the name; see {@link ViciMessage#MAX_NAME_LENGTH}. */
        public EventRegister {
            ViciMessage.requireName(name);
        }
    }

    /** Type 4: the client no longer wants an event. */
    record EventUnregister(String name) implements ViciPacket {
        /** Checks the name; see {@link ViciMessage#MAX_NAME_LENGTH}. */
        public EventUnregister {
            ViciMessage.requireName(name);
        }
    }

    /** Type 5: charon has registered or unregistered the event. */
    record EventConfirm() implements ViciPacket {}

    /** Type 6: charon does not know the event, or it was not registered. */
    record EventUnknown() implements ViciPacket {}

    /** Type 7: something happened; may come at any time while registered, also during a command. */
    record Event(String name, ViciMessage message) implements ViciPacket {
        /** Checks the name; see {@link ViciMessage#MAX_NAME_LENGTH}. */
        public Event {
            ViciMessage.requireName(name);
        }
    }
}
