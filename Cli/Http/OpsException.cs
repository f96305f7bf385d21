namespace CloudIa.Cli.Http;

/// <summary>What the service answered instead of what was asked for, in its own words; or that it did not.</summary>
public sealed class OpsException(string message) : Exception(message);
