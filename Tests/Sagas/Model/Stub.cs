using System.Reflection;

namespace CloudIa.Tests.Sagas.Model;

/// <summary>An interface of which only what is given is there. Whatever else is called fails by name.</summary>
public class Stub : DispatchProxy
{
    private Dictionary<string, Func<object?[], object?>> _members = [];

    public static T Of<T>(Dictionary<string, Func<object?[], object?>> members)
        where T : class
    {
        var stub = Create<T, Stub>();
        ((Stub)(object)stub)._members = members;
        return stub;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _members.TryGetValue(targetMethod!.Name, out var member)
        ? member(args ?? [])
        : throw new NotSupportedException($"The model has no {targetMethod.DeclaringType?.Name}.{targetMethod.Name}. The saga uses it now: give the stub that member.");
}
