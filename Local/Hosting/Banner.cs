namespace CloudIa.Local.Hosting;

/// <summary>What a newcomer reads when all of it runs.</summary>
internal static class Banner
{
    public static void Write(TextWriter output, string address, string dataFolder, double seconds)
    {
        var webSocket = address.Replace("http://", "ws://", StringComparison.Ordinal);
        output.Write(
            $$"""

            CloudIa runs at {{address}} (ready after {{seconds:0.0}} s)

              Chat:           {{address}}/ (open it in a browser)
              Ask something:  curl -i {{address}}/chat -H 'content-type: application/json' -d '{"message":"Why is the sky blue?"}'
              Listen to it:   npx wscat -c {{webSocket}}/ws
              History:        curl {{address}}/chats
              OpenAPI:        {{address}}/openapi/v1.json
              Data:           {{dataFolder}} (kept; delete it to start afresh)
              Stop:           Ctrl-C


            """);
        output.Flush();
    }
}
