package io.sallyport.gateway.login;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An element of a small XML document.
 *
 * @param name of the element; documents here have no namespaces
 * @param attributes by name
 * @param text the character data directly in it
 * @param children in their order
 */
record XmlElement(
        String name, Map<String, String> attributes, String text, List<XmlElement> children) {
    XmlElement {
        attributes = Map.copyOf(attributes);
        children = List.copyOf(children);
    }

    /**
     * The only child of this name.
     *
     * @throws MalformedDocument if it occurs twice
     */
    Optional<XmlElement> child(String childName) throws MalformedDocument {
        List<XmlElement> named =
                children.stream().filter(child -> child.name.equals(childName)).toList();
        if (named.size() > 1) {
            throw new MalformedDocument("the element %s occurs twice".formatted(childName));
        }
        return named.stream().findFirst();
    }

    Optional<String> attribute(String attributeName) {
        return Optional.ofNullable(attributes.get(attributeName));
    }

    /** Leaves the content out: it holds passwords. */
    @Override
    public String toString() {
        return "XmlElement[%s]".formatted(name);
    }
}
