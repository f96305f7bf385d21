using System.Collections.Concurrent;
using MassTransit;

namespace CloudIa.Transport.Sending;

/// <summary>
/// Warns once of each address that names another region or host than the bus's. What is sent there goes to the bus's own region, as with
/// the official package: a bus has one.
/// </summary>
internal sealed class ForeignAddresses(Func<Uri> own)
{
    private readonly ConcurrentDictionary<(string Host, string Name), bool> _told = new();

    public void Look(in AmazonSqsEndpointAddress address)
    {
        var ours = own().Host;
        if (address.Host.Equals(ours, StringComparison.OrdinalIgnoreCase) || !_told.TryAdd((address.Host, address.Name), true))
            return;

        LogContext.Warning?.Log("The address of {Name} is in {Host}, and this bus is in {Own}: what is sent there goes to {Name} in {Own}. Take " +
            "{Short}:{Name} where that is meant, and a second bus (MultiBus) where the other region is", address.Name, address.Host, ours, address.Name, ours,
            address.Type == AmazonSqsEndpointAddress.AddressType.Queue ? "queue" : "topic", address.Name);
    }
}
