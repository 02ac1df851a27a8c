/**
 * How a teleworker logs in: the XML exchange of AnyConnect clients ("config-auth") and the older
 * HTML forms, as openconnect 9.01 does both. Who is let in is decided elsewhere ({@link
 * io.sallyport.gateway.login.LoginAuthority}); here are the dialogue, its documents and its limits.
 * Nothing is kept between two connections: what a dialogue needs later travels with the client,
 * sealed by the authority. Host scan and browser sign-on are left out.
 */
package io.sallyport.gateway.login;
