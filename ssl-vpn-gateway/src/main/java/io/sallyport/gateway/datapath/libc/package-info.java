/**
 * The calls of the C library that the data path needs, by java.lang.foreign (JEP 454), and nothing
 * that knows what they are for. For Linux on 64-bit little-endian machines: structures are laid out
 * as its headers have them there. Needs {@code --enable-native-access}.
 */
package io.sallyport.gateway.datapath.libc;
