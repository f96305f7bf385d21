using System.Diagnostics;
using System.Globalization;
using System.Net.Mime;
using System.Runtime.CompilerServices;
using CloudIa.Api.Bodies;
using CloudIa.Api.Chat;
using CloudIa.Api.Events;
using CloudIa.Api.Jobs;
using CloudIa.Api.Limits;
using CloudIa.Contracts.Client;
using CloudIa.Listening;
using CloudIa.ServiceDefaults.Login;
using CloudIa.Store;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace CloudIa.Api.OpenAi.Responses;

/// <summary>OpenAI's responses: jobs like any other, that can be left, asked for again, followed from where one was, and stopped.</summary>
internal sealed class ResponsesEndpoints(
    JobSubmission submission, JobControl control, JobWait wait, ModelNames models, ResponseReader responses, ResponseLog log, JobStream stream,
    IOptions<ListeningOptions> options, IHostApplicationLifetime lifetime, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>For a cancelled job to end. Where that takes longer, the response is given as it is.</summary>
    private static readonly TimeSpan CancelTime = TimeSpan.FromSeconds(5);

    public static void Map(IEndpointRouteBuilder api)
    {
        Describe(api.MapPost("/v1/responses", (HttpContext http, ResponsesEndpoints endpoints) => endpoints.CreateAsync(http)), "CreateResponse",
            "OpenAI's responses: whole, streamed, or in the background. The job is that of POST /chat.").WithBodyLimit(CompletionRequestReader.MaxBodyBytes).WithLimits();
        Describe(api.MapGet("/v1/responses/{id}", (string id, HttpContext http, ResponsesEndpoints endpoints) => endpoints.GetAsync(id, http)), "GetResponse",
            "A response as it is now; with ?stream=true its events, from the first or after the one that ?starting_after= names.");
        Describe(api.MapPost("/v1/responses/{id}/cancel", (string id, HttpContext http, ResponsesEndpoints endpoints) => endpoints.CancelAsync(id, http)), "CancelResponse",
            "Stop a response that has no answer yet. One that has ended stays as it is.");
        Describe(api.MapGet("/v1/responses/{id}/input_items", (string id, HttpContext http, ResponsesEndpoints endpoints) => endpoints.InputAsync(id, http)), "ListResponseInput",
            "What the response was asked with, without what came from the one before it.");

        // No description: it is there to be refused with a reason.
        api.MapDelete("/v1/responses/{id}", (string id, HttpContext http, ResponsesEndpoints endpoints) => endpoints.DeleteAsync(id, http)).ExcludeFromDescription();
    }

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder endpoint, string name, string summary) =>
        endpoint.WithName(name).WithTags("OpenAI").WithSummary(summary).Produces(StatusCodes.Status200OK, contentType: MediaTypeNames.Application.Json);

    private async Task<IResult> CreateAsync(HttpContext http)
    {
        var cancellationToken = http.RequestAborted;
        if (!IdempotencyKey.TryRead(http.Request.Headers, out var key))
            return OpenAiError.Invalid(IdempotencyKey.Header, OpenAiError.InvalidValue, IdempotencyKey.Rule);

        var (request, error) = await JsonRequest.ReadAsync(http.Request, CompletionRequestReader.MaxBodyBytes, ResponseRequestReader.Read, cancellationToken);
        if (request is null)
            return error!;
        if (models.Refuse(request.Model) is { } unknown)
            return unknown;

        NewJob job;
        try
        {
            job = await JobOfAsync(http.User.UserId(), request, cancellationToken);
        }
        catch (RequestRefusedException refused)
        {
            return refused.Error;
        }

        switch (await submission.SubmitAsync(http.User.Limited(), job, key, cancellationToken))
        {
            case SubmissionResult.Accepted { Job: var accepted, Repeated: var isRepeated }:
                var response = StoredResponse.Of(accepted) ?? throw new InvalidOperationException($"Job {accepted.JobId} was accepted as a response and is none.");
                SetHeaders(http, response);
                return request switch
                {
                    { Stream: true } => Stream(response, after: null),
                    { Background: true } when isRepeated => await ShowAsync(response, cancellationToken),
                    { Background: true } => Show(response, new() { Status = ResponseState.Queued }),
                    _ => await WholeAsync(response, http.RequestAborted),
                };
            case SubmissionResult.KeyReused { JobId: var other }:
                return OpenAiError.Invalid(IdempotencyKey.Header, "idempotency_key_reused",
                    $"The key was used before for another request, job {other}. Use a new key for a new request.");
            case SubmissionResult.ChatNotFound:
                return ResponseErrors.PreviousNotFound(request.PreviousResponseId!);
            case SubmissionResult.Deleting { Since: var since }:
                return OpenAiError.DeletionRunning(since);
            case SubmissionResult.Limited { Limit: var limit }:
                return LimitProblems.OnDoor(limit);
            case var other:
                throw new InvalidOperationException($"Unknown result {other.GetType().Name}.");
        }
    }

    private async Task<IResult> GetAsync(string id, HttpContext http)
    {
        if (await responses.FindAsync(http.User.UserId(), id, http.RequestAborted) is not { } response)
            return ResponseErrors.NotFound(id);

        bool isStream;
        long? after = null;
        try
        {
            isStream = Flag(http.Request.Query, "stream");
            if (Flag(http.Request.Query, "include_obfuscation"))
                throw RequestRefusedException.Unsupported("include_obfuscation", "Nothing is obfuscated here. Leave it out.");
            if (http.Request.Query.Keys.FirstOrDefault(name => name is "include" or "include[]") is { } include)
                throw RequestRefusedException.Unsupported(include, "There is nothing more to include here. Leave it out.");
            if (http.Request.Query["starting_after"] is [{ } text])
            {
                after = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    ? number
                    : throw RequestRefusedException.Invalid("starting_after", "It must be the sequence_number of an event of this response.");
                if (!isStream)
                    throw RequestRefusedException.Invalid("starting_after", "It is for streams only. Set stream to true, or leave it out.");
            }
        }
        catch (RequestRefusedException refused)
        {
            return refused.Error;
        }

        SetHeaders(http, response);
        return isStream ? Stream(response, after) : await ShowAsync(response, http.RequestAborted);
    }

    private async Task<IResult> CancelAsync(string id, HttpContext http)
    {
        var userId = http.User.UserId();
        if (await responses.FindAsync(userId, id, http.RequestAborted) is not { } response)
            return ResponseErrors.NotFound(id);

        SetHeaders(http, response);
        await control.CancelAsync(response.Job);
        await wait.ForEndAsync(userId, response.Job.JobId, CancelTime, http.RequestAborted);
        return await ShowAsync(response, http.RequestAborted);
    }

    private async Task<IResult> InputAsync(string id, HttpContext http)
    {
        if (await responses.FindAsync(http.User.UserId(), id, http.RequestAborted) is not { } response)
            return ResponseErrors.NotFound(id);

        try
        {
            return TypedResults.Json(InputItems.List(response, http.Request.Query), CompletionJson.Options);
        }
        catch (RequestRefusedException refused)
        {
            return refused.Error;
        }
    }

    private async Task<IResult> DeleteAsync(string id, HttpContext http)
    {
        if (await responses.FindAsync(http.User.UserId(), id, http.RequestAborted) is null)
            return ResponseErrors.NotFound(id);

        http.Response.Headers.Allow = HttpMethods.Get;
        return ResponseErrors.CannotBeDeleted();
    }

    /// <exception cref="RequestRefusedException">There is no such response to go on from, or the conversation is too long.</exception>
    private async Task<NewJob> JobOfAsync(string userId, ResponseRequest request, CancellationToken cancellationToken)
    {
        if (request.PreviousResponseId is not { } id)
            return new() { Prompt = request.Prompt, Conversation = request.ToConversation([], previous: null).ToJson(), Model = request.Model };

        var previous = await responses.FindAsync(userId, id, cancellationToken) ?? throw new RequestRefusedException(ResponseErrors.PreviousNotFound(id));
        if (await responses.AnswerAsync(previous, cancellationToken) is not { } answer)
        {
            throw new RequestRefusedException(await responses.StateAsync(previous, cancellationToken) is { } state
                ? ResponseErrors.PreviousNotCompleted(id, state.Status)
                : ResponseErrors.PreviousNotFound(id));
        }

        List<GivenMessage> before = [.. previous.Messages, new() { Role = MessageRoles.Assistant, Content = answer.Content }];
        return new()
        {
            Prompt = request.Prompt,
            Conversation = request.ToConversation(before, previous).ToJson(),
            Model = request.Model,
            ChatId = previous.Job.ChatId,
            Follows = previous.Job,
        };
    }

    private EventStream Stream(StoredResponse response, long? after)
    {
        var jobId = response.Job.JobId;
        ResponseEvents? events = null;
        return new(jobId, Read, options.Value, time, loggers.CreateLogger<EventStream>(), lifetime.ApplicationStopping)
        {
            Beginning = [],
            Farewell = () => Broken(ResponseErrors.Stopping(response)),
            Apology = () => Broken(ResponseErrors.CannotFollow(response)),
        };

        byte[] Broken(OpenAiError error) => (events ?? new(response, after, voidUntil: 0)).Broken(error);

        async IAsyncEnumerable<byte[]> Read([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            events = new(response, after, await log.VoidUntilAsync(jobId, cancellationToken));
            foreach (var frame in events.Begin())
                yield return frame;

            await foreach (var value in stream.ReadAsync(response.Job, 0, cancellationToken))
            {
                foreach (var frame in events.Read(value))
                    yield return frame;
                if (events.IsOver)
                    yield break;
            }

            foreach (var frame in events.End())
                yield return frame;
        }
    }

    /// <summary>Waits as long as the client does.</summary>
    private async Task<IResult> WholeAsync(StoredResponse response, CancellationToken hungUp)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(hungUp, lifetime.ApplicationStopping);
        try
        {
            ClientEvent? last = null;
            await foreach (var value in stream.ReadAsync(response.Job, 0, ended.Token))
                last = value.EndsAttempt() ? value : null;

            // What is kept of one that was cancelled, the store knows.
            return last is MessageCompleted or JobError ? Show(response, ResponseState.Of(last, "")) : await ShowAsync(response, ended.Token);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            return hungUp.IsCancellationRequested ? TypedResults.Empty : ResponseErrors.Stopping(response);
        }
        catch (Exception exception) when (exception is RedisException || StoreFailures.IsOfStore(exception))
        {
            return ResponseErrors.CannotFollow(response);
        }
    }

    private async Task<IResult> ShowAsync(StoredResponse response, CancellationToken cancellationToken) =>
        await responses.StateAsync(response, cancellationToken) is { } state ? Show(response, state) : ResponseErrors.AnswerNotFound(response);

    private static JsonHttpResult<object> Show(StoredResponse response, ResponseState state) => TypedResults.Json(ResponseJson.Response(response, state), CompletionJson.Options);

    private static void SetHeaders(HttpContext http, StoredResponse response)
    {
        http.Response.Headers[CompletionsEndpoint.JobIdHeader] = response.Job.JobId.ToString();
        http.Response.Headers.Location = $"/v1/responses/{response.Id}";
        http.Response.Headers[OpenAiError.RequestId] = Activity.Current?.TraceId.ToString() ?? http.TraceIdentifier;
    }

    private static bool Flag(IQueryCollection query, string name) => query[name] switch
    {
        [] or ["false" or "False"] => false,
        ["true" or "True"] => true,
        _ => throw RequestRefusedException.Invalid(name, "It must be true or false."),
    };
}
