using System.Text.Json.Serialization;

namespace CloudIa.Contracts;

/// <summary>How an attempt of a job ended. On the wire by name, so that a reader of another version is not misled by numbers.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobOutcome>))]
public enum JobOutcome
{
    Completed,
    Failed,

    /// <summary>Its user or an operator stopped it.</summary>
    Cancelled,

    /// <summary>It was not done in the time that a job has.</summary>
    Expired,
}
