namespace CloudIa.Notifier.WebSockets;

/// <summary>The server has as many WebSockets as <c>Http:MaxUpgradedConnections</c> allows.</summary>
internal sealed class ServerIsFullException(Exception inner) : Exception("This server has as many WebSockets as Http:MaxUpgradedConnections allows.", inner);
