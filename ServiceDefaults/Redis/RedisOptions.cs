using System.ComponentModel.DataAnnotations;

namespace CloudIa.ServiceDefaults.Redis;

/// <summary>Where Redis is. Configuration section <c>Redis</c>.</summary>
public sealed class RedisOptions
{
    public const string Section = "Redis";

    /// <summary>StackExchange.Redis's form, such as <c>host:6379,ssl=true,password=…</c>.</summary>
    [Required(ErrorMessage = "Redis:ConnectionString is not set. Give StackExchange.Redis's form, such as 'localhost:6379'.")]
    public string ConnectionString { get; set; } = "";
}
