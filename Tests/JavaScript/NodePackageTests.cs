using System.Text.Json;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.JavaScript;

public sealed class NodePackageTests
{
    [Fact]
    public async Task What_is_installed_can_be_imported_by_a_script_that_gets_its_arguments()
    {
        var printed = await NodePackage.JavaScript.RunScriptAsync(
            """
            import { HubConnectionBuilder } from '@microsoft/signalr';
            import { EventSource } from 'eventsource';
            import OpenAI from 'openai';
            import { Webhook } from 'standardwebhooks';
            import { WebSocket } from 'ws';
            console.log(JSON.stringify([[HubConnectionBuilder, EventSource, OpenAI, Webhook, WebSocket].map(x => typeof x), process.argv.slice(1)]));
            """,
            "one", "two words");

        JsonSerializer.Deserialize<string[][]>(printed).ShouldBe([["function", "function", "function", "function", "function"], ["one", "two words"]]);
    }

    [Fact]
    public async Task A_script_that_throws_fails_the_test_and_says_why()
    {
        var failure = await Record.ExceptionAsync(() => NodePackage.JavaScript.RunScriptAsync("throw new Error('for this reason')"));

        failure.ShouldBeOfType<ShouldAssertException>().Message.ShouldContain("for this reason");
    }
}
