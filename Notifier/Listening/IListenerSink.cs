using CloudIa.Contracts.Client;

namespace CloudIa.Notifier.Listening;

/// <summary>The wire of one connection. Called by one caller at a time.</summary>
internal interface IListenerSink
{
    /// <summary>Completes when the wire can take more: that is what a slow reader is known by.</summary>
    Task SendAsync(ClientEvent value);
}
