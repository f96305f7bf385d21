using System.Text;
using System.Text.Json;
using CloudIa.Contracts.Client;

namespace CloudIa.Api.OpenAi.Responses;

/// <summary>
/// A response's events as OpenAI streams them, made from its job's log. Each has a number that follows from the log alone, so that whoever comes back with
/// the last one that it has gets what follows, from any server and at any time.
/// </summary>
/// <remarks>
/// The numbers count what is said in all runs of the model, also in one that broke off: its events are not sent to who begins to read later, and nobody else
/// has their numbers. Who has heard a part of such a run gets an error, with a number of its own, and nothing more: two answers are never spliced.
/// </remarks>
/// <param name="after">The number of the last event that the reader has; null: none.</param>
/// <param name="voidUntil">The place in the log of the last event whose run is known to have broken off; see <see cref="ResponseLog"/>.</param>
internal sealed class ResponseEvents(StoredResponse response, long? after, long voidUntil)
{
    private readonly StringBuilder _said = new();
    private long _last = after ?? -1;
    private long _next;
    private bool _isBegun;

    /// <summary>The log has been read, so the numbers can be told from it.</summary>
    private bool _hasLog;

    /// <summary>Of the run that is being read: the numbers of its first events; null while there are none.</summary>
    private long? _item;
    private long? _delta;
    private int _attempt;

    /// <summary>The reader has these from a run that broke off before it said anything.</summary>
    private bool _hasItem;
    private bool _hasPart;

    /// <summary>The attempt has ended so, unless another follows.</summary>
    private ClientEvent? _end;

    /// <summary>The reader gets nothing more.</summary>
    public bool IsOver { get; private set; }

    /// <summary>An error of the stream, which is in no log: it has the number of the event before it, so that its number, too, is one to go on after.</summary>
    public byte[] Broken(OpenAiError error) => Error(Math.Max(_last, 0), error);

    /// <summary>What goes before the first event of the log.</summary>
    public List<byte[]> Begin()
    {
        var status = new ResponseState { Status = response.Given.Background ? ResponseState.Queued : ResponseState.InProgress };
        return [.. Send(n => Lifecycle("response.created", n, status)), .. response.Given.Background ? Send(n => Lifecycle("response.queued", n, status)) : []];
    }

    public List<byte[]> Read(ClientEvent value)
    {
        List<byte[]> frames = [];
        if (value is MessageReset { Seq: 0 })
        {
            // The log was lost, and is begun anew.
            frames.AddRange(_delta <= _last ? Break() : []);
            (_next, _isBegun, _item, _delta, _attempt, _end) = (0, false, null, null, 0, null);
            _said.Clear();
            if (!IsOver)
                frames.AddRange(Begin());
            return frames;
        }

        var fromStore = value.Seq == 0 && !_hasLog;
        _hasLog |= value.Seq > 0;
        if (_attempt != 0 && value.Attempt != _attempt)
            frames.AddRange(Break());
        _attempt = value.Attempt;
        if (IsOver)
            return frames;

        var isVoid = value.Seq > 0 && value.Seq <= voidUntil;
        if (value is JobStarted or MessageDelta or MessageCompleted)
            frames.AddRange(BeginRun());
        switch (value)
        {
            case MessageReset when _item is not null:
                frames.AddRange(Break());
                break;
            case MessageDelta { Content: { Length: > 0 } content }:
                frames.AddRange(Say(content, isVoid));
                break;
            case MessageCompleted answer:
                if (!answer.Content.AsSpan().StartsWith(_said.ToString(), StringComparison.Ordinal))
                    frames.AddRange(Break());
                if (!IsOver)
                    frames.AddRange(Complete(answer, fromStore));
                break;
            case JobError or JobCancelled:
                _end = value;
                break;
        }

        return frames;
    }

    /// <summary>The log has no more.</summary>
    public List<byte[]> End()
    {
        if (IsOver)
            return [];

        IsOver = true;
        return _end is { } end ? Finish(end, fromStore: !_hasLog) : Send(n => Error(n, ResponseErrors.AnswerNotFound(response)));
    }

    private List<byte[]> BeginRun()
    {
        if (_isBegun)
            return [];

        _isBegun = true;
        return Send(n => Lifecycle("response.in_progress", n, new() { Status = ResponseState.InProgress }));
    }

    private List<byte[]> BeginItem(bool isVoid)
    {
        if (_item is not null)
            return [];

        _item = _next;
        return
        [
            .. Send(n => Event("response.output_item.added", n, new { output_index = 0, item = ResponseJson.Message(response, null, ResponseState.InProgress) }), isVoid || _hasItem),
            .. Send(n => Event("response.content_part.added", n, new { item_id = response.MessageId, output_index = 0, content_index = 0, part = ResponseJson.Part("") }), isVoid || _hasPart),
        ];
    }

    private List<byte[]> Say(string content, bool isVoid)
    {
        List<byte[]> frames = [.. BeginItem(isVoid)];
        _delta ??= _next;
        _said.Append(content);
        frames.AddRange(Send(n => Event("response.output_text.delta", n, new
        {
            item_id = response.MessageId,
            output_index = 0,
            content_index = 0,
            delta = content,
            logprobs = Array.Empty<object>(),
        }), isVoid));
        return frames;
    }

    private List<byte[]> Complete(MessageCompleted answer, bool fromStore)
    {
        IsOver = true;

        // How the answer was cut into pieces only the log knew: whoever has some of them gets the whole.
        if (fromStore && _last >= _next + 2)
            return Last(ResponseState.Of(answer, ""));

        List<byte[]> frames = [.. BeginItem(isVoid: false)];
        if (answer.Content.Length > _said.Length)
            frames.AddRange(Say(answer.Content[_said.Length..], isVoid: false));
        var state = ResponseState.Of(answer, "");
        var place = new { item_id = response.MessageId, output_index = 0, content_index = 0 };
        frames.AddRange(Send(n => Event("response.output_text.done", n, new { place.item_id, place.output_index, place.content_index, text = answer.Content, logprobs = Array.Empty<object>() })));
        frames.AddRange(Send(n => Event("response.content_part.done", n, new { place.item_id, place.output_index, place.content_index, part = ResponseJson.Part(answer.Content) })));
        frames.AddRange(Send(n => Event("response.output_item.done", n, new { output_index = 0, item = ResponseJson.Message(response, answer.Content, state.Status) })));
        frames.AddRange(Final(state));
        return frames;
    }

    private List<byte[]> Finish(ClientEvent end, bool fromStore)
    {
        var state = ResponseState.Of(end, _said.ToString());
        return fromStore && _last >= _next ? Last(state) : Final(state);
    }

    private List<byte[]> Final(ResponseState state) => _last > _next ? Last(state) : Send(n => Lifecycle(NameOf(state), n, state));

    /// <summary>The last event for who has more than can be counted here.</summary>
    private List<byte[]> Last(ResponseState state)
    {
        _next = _last + 1;
        return Send(n => Lifecycle(NameOf(state), n, state));
    }

    /// <summary>What this run has said is void. Who has heard of it gets an end; who has not goes on with the next one.</summary>
    private List<byte[]> Break()
    {
        var end = _end;
        if (_item is null && end is null)
            return [];

        var number = _next++;
        var (item, delta) = (_item, _delta);
        (_item, _delta, _end) = (null, null, null);
        var said = _said.ToString();
        _said.Clear();
        if (_last >= number)
        {
            // It was told so, and asks for what follows.
            (_hasItem, _hasPart) = (false, false);
            return [];
        }

        if (delta is null || _last < delta)
        {
            (_hasItem, _hasPart) = (_hasItem || _last >= item, _hasPart || _last > item);
            return [];
        }

        IsOver = true;
        _last = number;
        return [end is null ? Error(number, ResponseErrors.Interrupted(response, number)) : Lifecycle(NameOf(ResponseState.Of(end, said)), number, ResponseState.Of(end, said))];
    }

    /// <summary>Counts an event, and gives its frame where the reader does not have it.</summary>
    private List<byte[]> Send(Func<long, byte[]> frame, bool isOnlyCounted = false)
    {
        var number = _next++;
        if (isOnlyCounted || number <= _last)
            return [];

        _last = number;
        return [frame(number)];
    }

    private byte[] Lifecycle(string type, long number, ResponseState state) => Event(type, number, new { response = ResponseJson.Response(response, state) });

    /// <summary>There is no event of its own for what was cancelled.</summary>
    private static string NameOf(ResponseState state) => state.Status switch
    {
        ResponseState.Completed => "response.completed",
        ResponseState.Failed => "response.failed",
        _ => "response.incomplete",
    };

    /// <summary>Twice the same: as OpenAI describes it, which the SDK for .NET reads; and as OpenAI sends it, which those for JavaScript and Python throw.</summary>
    private static byte[] Error(long number, OpenAiError error) => Event("error", number, new
    {
        code = error.Code,
        message = error.Message,
        param = error.Param,

        // The latter hand on nothing else: who is to go on after this event finds its number here.
        error = new { message = error.Message, type = error.Type, param = error.Param, code = error.Code, sequence_number = number },
    });

    /// <summary>JSON has no line breaks of its own, so that one data line is enough.</summary>
    private static byte[] Event(string type, long number, object fields)
    {
        var json = JsonSerializer.SerializeToNode(fields, CompletionJson.Options)!.AsObject();
        json.Insert(0, "type", type);
        json.Insert(1, "sequence_number", number);
        return Encoding.UTF8.GetBytes($"event: {type}\ndata: {json.ToJsonString(CompletionJson.Options)}\n\n");
    }
}
