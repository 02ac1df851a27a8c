/**
 * The sessions of teleworkers: objects, not processes. A session begins with a verified login,
 * outlives its connections, keeps its inner addresses, and ends by a logout, a limit, an operator
 * or the provisioner. Each has one small file, so that a gateway that was killed knows them again,
 * provisioner or not. Packets are the data path's; who may log in is the provisioner's to say.
 */
package io.sallyport.gateway.session;
