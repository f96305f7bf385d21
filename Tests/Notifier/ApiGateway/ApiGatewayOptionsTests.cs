using System.ComponentModel.DataAnnotations;
using CloudIa.Notifier.Configuration;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Notifier.ApiGateway;

public sealed class ApiGatewayOptionsTests
{
    private static ApiGatewayOptions Good => new() { Endpoint = "https://abc123.execute-api.eu-west-1.amazonaws.com/prod", Secret = "sixteen letters." };

    [Fact]
    public void Without_an_endpoint_nothing_is_asked_for() => Problems(new()).ShouldBeEmpty();

    [Theory]
    [InlineData("https://abc123.execute-api.eu-west-1.amazonaws.com/prod", "eu-west-1")]
    [InlineData("https://abc123.execute-api.cn-north-1.amazonaws.com.cn/prod", "cn-north-1")]
    public void The_region_is_that_of_the_endpoint(string endpoint, string region)
    {
        var options = Good;
        options.Endpoint = endpoint;

        Problems(options).ShouldBeEmpty();
        options.SigningRegion.ShouldBe(region);
        options.Region = "us-east-1";
        options.SigningRegion.ShouldBe("us-east-1");
    }

    [Fact]
    public void What_is_wrong_is_said_by_name()
    {
        Problem(x => x.Endpoint = "wss://abc123.execute-api.eu-west-1.amazonaws.com/prod").ShouldContain("not wss");
        Problem(x => x.Endpoint = "https://listen.example.com").ShouldContain("ApiGateway:Region");
        Problem(x => x.Secret = null).ShouldContain("ApiGateway:Secret has 0 characters");
        Problem(x => x.PreviousSecret = "short").ShouldContain("PreviousSecret");
        Problem(x => x.AccessKey = "a").ShouldContain("only one");
        Problem(x => x.SaveInterval = TimeSpan.FromSeconds(9)).ShouldContain("SaveInterval");
    }

    private static string Problem(Action<ApiGatewayOptions> change)
    {
        var options = Good;
        change(options);
        return Problems(options).ShouldHaveSingleItem();
    }

    private static List<string> Problems(ApiGatewayOptions options) => [.. options.Validate(new ValidationContext(options)).Select(x => x.ErrorMessage!)];
}
