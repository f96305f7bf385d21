namespace MassTransit;

/// <summary>Tells a bus which messages it publishes, so that <c>DeployPublishTopology</c> can make their topics.</summary>
public static class AmazonSqsPublishTopologyConfigurationExtensions
{
    /// <summary>All messages in the namespace of <typeparamref name="T"/> and below, of the same assembly.</summary>
    /// <param name="configurator">The bus.</param>
    /// <param name="configure">Attributes and tags of each topic.</param>
    /// <param name="filter">Which of the types; null: all.</param>
    public static void AddPublishMessageTypesFromNamespaceContaining<T>(this IAmazonSqsBusFactoryConfigurator configurator,
        Action<IAmazonSqsMessagePublishTopologyConfigurator, Type>? configure = null, Func<Type, bool>? filter = null) =>
        configurator.AddPublishMessageTypesFromNamespaceContaining(typeof(T), configure, filter);

    /// <exception cref="ArgumentException">The type has no namespace.</exception>
    public static void AddPublishMessageTypesFromNamespaceContaining(this IAmazonSqsBusFactoryConfigurator configurator, Type type,
        Action<IAmazonSqsMessagePublishTopologyConfigurator, Type>? configure = null, Func<Type, bool>? filter = null)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (type.Namespace is not { } space)
            throw new ArgumentException($"{type} is in no namespace, so there is none to look for messages in.", nameof(type));

        configurator.AddPublishMessageTypes(type.Assembly.GetTypes().Where(x =>
            (x.Namespace == space || x.Namespace?.StartsWith(space + ".", StringComparison.Ordinal) == true)
            && x is { ContainsGenericParameters: false, IsValueType: false }
            && MessageTypeCache.IsValidMessageType(x)
            && filter?.Invoke(x) != false), configure);
    }

    public static void AddPublishMessageTypes(this IAmazonSqsBusFactoryConfigurator configurator, IEnumerable<Type> messageTypes,
        Action<IAmazonSqsMessagePublishTopologyConfigurator, Type>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(configurator);
        ArgumentNullException.ThrowIfNull(messageTypes);
        foreach (var type in messageTypes)
            configurator.Publish(type, x => configure?.Invoke(x, type));
    }
}
