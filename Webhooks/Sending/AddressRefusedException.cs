namespace CloudIa.Webhooks.Sending;

/// <summary>A webhook's host leads to no address that webhooks may call. Which ones it leads to is not said: nobody is to map a network with it.</summary>
internal sealed class AddressRefusedException() : Exception(
    "A webhook's host leads to no address of the public internet. Where that is wanted, in Development, set Webhooks:AllowPrivateAddresses.");
