namespace CloudIa.ServiceDefaults;

/// <summary>Settings are wrong: one in a line of the message, each once.</summary>
/// <param name="problems">For a person: setting, value, why, what to do.</param>
public sealed class SettingsException(IEnumerable<string> problems) : Exception(string.Join(Environment.NewLine, problems.Distinct(StringComparer.Ordinal)));
