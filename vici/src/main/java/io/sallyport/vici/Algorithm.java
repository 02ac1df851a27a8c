package io.sallyport.vici;

/**
 * An algorithm that charon can use.
 *
 * @param kind {@code encryption}, {@code aead}, {@code integrity}, {@code prf}, {@code ke} and
 *     others
 * @param name charon's word, such as {@code AES_GCM_16} or {@code ML_KEM_768}
 * @param plugin that implements it; several may implement the same
 */
public record Algorithm(String kind, String name, String plugin) {}
