namespace CloudIa.Faults.Proxies;

/// <summary>One request of a service, as seen from outside.</summary>
/// <param name="Upstream">Where to.</param>
/// <param name="Name">As the protocol calls it: <c>PutItem</c>, <c>EVAL</c>, <c>SendMessage</c> (batches too).</param>
/// <param name="Target">What it is about: the kind of row, the queue, the topic's type, the kind of key. Empty where it is not known.</param>
internal readonly record struct Operation(Upstream Upstream, string Name, string Target)
{
    public override string ToString() => Target.Length == 0 ? Name : $"{Name}({Target})";
}
