using CloudIa.Transport;

namespace MassTransit;

/// <summary>
/// A queue or topic: <c>amazonsqs://region[/scope]/name[?type=topic&amp;durable=&amp;autodelete=]</c>, or short
/// <c>queue:name</c> and <c>topic:name</c>.
/// </summary>
public readonly struct AmazonSqsEndpointAddress
{
    public enum AddressType
    {
        Queue = 0,
        Topic = 1,
    }

    public string Scheme { get; }
    public string Host { get; }
    public string Scope { get; }
    public string Name { get; }
    public bool AutoDelete { get; }
    public bool Durable { get; }
    public AddressType Type { get; }

    public AmazonSqsEndpointAddress(Uri hostAddress, Uri address, AddressType type = AddressType.Queue)
    {
        ArgumentNullException.ThrowIfNull(address);
        var host = new AmazonSqsHostAddress(hostAddress);
        (Scheme, Host, Scope) = (host.Scheme, host.Host, host.Scope);
        Type = type;
        switch (address.Scheme.ToLowerInvariant())
        {
            case AmazonSqsHostAddress.AmazonSqsScheme:
                Host = address.Host;
                (Scope, Name) = Paths.Entity(address);
                break;
            case "queue":
                Name = Paths.ShortName(address);
                break;
            case "topic":
                Name = Scope == Paths.NoScope ? Paths.ShortName(address) : $"{Scope}_{Paths.ShortName(address)}";
                Type = AddressType.Topic;
                break;
            default:
                throw new ArgumentException(
                    $"The address {address} has the scheme {address.Scheme}; this transport knows amazonsqs:, queue: and topic:.",
                    nameof(address));
        }

        var options = Paths.Options(address);
        Type = options.GetValueOrDefault("type") == "topic" ? AddressType.Topic : Type;
        var temporary = options.GetValueOrDefault("temporary") == "true";
        Durable = options.TryGetValue("durable", out var durable) ? durable == "true" : !temporary;
        AutoDelete = options.TryGetValue("autodelete", out var autoDelete) ? autoDelete == "true" : temporary;
        EntityNames.ThrowIfInvalid(Name, Type);
    }

    public AmazonSqsEndpointAddress(Uri hostAddress, string name, bool durable = true, bool autoDelete = false,
        AddressType type = AddressType.Queue)
    {
        var host = new AmazonSqsHostAddress(hostAddress);
        (Scheme, Host, Scope) = (host.Scheme, host.Host, host.Scope);
        (Name, Durable, AutoDelete, Type) = (name, durable, autoDelete, type);
    }

    public static implicit operator Uri(in AmazonSqsEndpointAddress address) => address.ToUri();

    public static bool IsFifo(string name) => AwsLimits.IsFifo(name);

    /// <summary>The short form, without the host.</summary>
    public Uri TopicAddress => new($"topic:{Name}");

    public Uri ToUri()
    {
        // A topic carries the scope in its name.
        var path = Scope == Paths.NoScope || Type == AddressType.Topic ? Name : $"{Scope}/{Name}";
        var options = new List<string>();
        if (!Durable)
            options.Add("durable=false");
        if (AutoDelete)
            options.Add("autodelete=true");
        if (Type == AddressType.Topic)
            options.Add("type=topic");
        return new Uri($"{Scheme}://{Host}/{path}" + (options.Count == 0 ? "" : "?" + string.Join('&', options)));
    }
}
