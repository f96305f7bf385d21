using System.ComponentModel.DataAnnotations;

namespace CloudIa.Store;

/// <summary>Where DynamoDB is. Configuration section <c>Store</c>.</summary>
public sealed class StoreOptions : IValidatableObject
{
    public const string Section = "Store";

    /// <summary>AWS region, such as <c>eu-west-1</c>.</summary>
    [Required]
    public string Region { get; set; } = "us-east-1";

    /// <summary>Address of something that speaks DynamoDB and is not AWS. Null: AWS itself.</summary>
    public string? ServiceUrl { get; set; }

    /// <summary>Together with <see cref="SecretKey"/>; both null: the SDK's own chain (environment, profile, role).</summary>
    public string? AccessKey { get; set; }

    /// <summary>Together with <see cref="AccessKey"/>.</summary>
    public string? SecretKey { get; set; }

    /// <summary>The single table: jobs, chats, messages. 3–255 of A–Z a–z 0–9 _ - . (DynamoDB's rule).</summary>
    [Required, RegularExpression("^[A-Za-z0-9_.-]{3,255}$", ErrorMessage = "Store:TableName must be 3–255 of A–Z a–z 0–9 _ - . (DynamoDB's rule).")]
    public string TableName { get; set; } = "cloudia";

    /// <summary>Seconds after which one HTTP try counts as failed, 1–60.</summary>
    [Range(1, 60)]
    public int RequestTimeoutSeconds { get; set; } = 5;

    /// <summary>How often the SDK repeats a failed request, 0–10.</summary>
    [Range(0, 10)]
    public int MaxErrorRetry { get; set; } = 3;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ServiceUrl is not null && !(Uri.TryCreate(ServiceUrl, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
            yield return new ValidationResult($"Store:ServiceUrl is '{ServiceUrl}', not an absolute http(s) address. Give one, or leave it out to use AWS in Store:Region.");

        if (string.IsNullOrEmpty(AccessKey) != string.IsNullOrEmpty(SecretKey))
            yield return new ValidationResult("Of Store:AccessKey and Store:SecretKey only one is given. Give both, or neither to use the SDK's own credential chain.");
    }
}
