using System.ComponentModel.DataAnnotations;

namespace CloudIa.ServiceDefaults.Messaging;

/// <summary>Where SQS and SNS are. Configuration section <c>Messaging</c>.</summary>
public sealed class MessagingOptions : IValidatableObject
{
    public const string Section = "Messaging";

    /// <summary>AWS region, such as <c>eu-west-1</c>. With <see cref="ServiceUrl"/> it only appears in addresses and signatures.</summary>
    [Required]
    public string Region { get; set; } = "us-east-1";

    /// <summary>Address of something that speaks SQS and SNS and is not AWS. Null: AWS itself.</summary>
    public string? ServiceUrl { get; set; }

    /// <summary>Together with <see cref="SecretKey"/>; both null: the SDK's own chain (environment, profile, role).</summary>
    public string? AccessKey { get; set; }

    /// <summary>Together with <see cref="AccessKey"/>.</summary>
    public string? SecretKey { get; set; }

    /// <summary>Seconds that a poll waits for a message, 1–20. Longer is cheaper when idle; a stop waits for the running polls to end.</summary>
    [Range(1, 20)]
    public int WaitTimeSeconds { get; set; } = 20;

    /// <summary>Seconds after which one HTTP try to SQS or SNS counts as failed, 1–60 (polls have their own, longer).</summary>
    [Range(1, 60)]
    public int RequestTimeoutSeconds { get; set; } = 5;

    /// <summary>How often the SDK repeats a failed request, 0–10.</summary>
    [Range(0, 10)]
    public int MaxErrorRetry { get; set; } = 2;

    /// <summary>
    /// Seconds after which a message whose process died is received again, 5–900. It is renewed while the message is worked on.
    /// </summary>
    [Range(5, 900)]
    public int VisibilityTimeoutSeconds { get; set; } = 30;

    internal TimeSpan RequestTimeout => TimeSpan.FromSeconds(RequestTimeoutSeconds);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ServiceUrl is not null && !IsHttp(ServiceUrl))
            yield return new ValidationResult($"Messaging:ServiceUrl is '{ServiceUrl}', not an absolute http(s) address. Give one, or leave it out to use AWS in Messaging:Region.");

        if (string.IsNullOrEmpty(AccessKey) != string.IsNullOrEmpty(SecretKey))
            yield return new ValidationResult("Of Messaging:AccessKey and Messaging:SecretKey only one is given. Give both, or neither to use the SDK's own credential chain.");
    }

    private static bool IsHttp(string value) => Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";
}
