using System.Collections.Concurrent;
using System.Text;
using MassTransit.Transports;

namespace CloudIa.Transport.Topology;

/// <summary>
/// <c>Some_Namespace-Type</c>, <c>Some_Namespace-Outer_Inner</c>, <c>MassTransit-Fault--Some_Namespace-Type--</c>: the names
/// of the official transport, so that both can share topics.
/// </summary>
internal sealed class SqsMessageNameFormatter : IMessageNameFormatter
{
    private readonly ConcurrentDictionary<Type, string> _names = new();

    public string GetMessageName(Type type) => _names.GetOrAdd(type, x =>
    {
        if (x.ContainsGenericParameters)
            throw new ArgumentException($"{x} is an open generic type, and a message is of one type. Name its arguments.", nameof(type));

        var name = new StringBuilder();
        Append(name, x, x.GetGenericArguments(), scope: null);
        return name.ToString();
    });

    // A namespace is said once: what is nested in, or an argument of, a type of the same namespace goes without.
    private static void Append(StringBuilder name, Type type, ReadOnlySpan<Type> arguments, string? scope)
    {
        var space = type.Namespace?.Replace('.', '_');
        if (space is not null && space != scope)
            name.Append(space).Append('-');

        if (type is { IsNested: true, DeclaringType: { } outer })
        {
            Append(name, outer, default, space);
            name.Append('_');
        }

        var tick = type.Name.IndexOf('`', StringComparison.Ordinal);
        name.Append(tick < 0 ? type.Name : type.Name[..tick]);
        if (arguments.IsEmpty)
            return;

        name.Append("--");
        for (var index = 0; index < arguments.Length; index++)
        {
            if (index > 0)
                name.Append("__");
            Append(name, arguments[index], arguments[index].GetGenericArguments(), space);
        }

        name.Append("--");
    }
}
