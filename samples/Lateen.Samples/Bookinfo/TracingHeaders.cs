namespace Lateen.Samples.Bookinfo;

/// <summary>
/// The headers that an application copies from the request it serves to those it makes: sidecars cannot know which call caused which.
/// </summary>
internal static class TracingHeaders
{
    private static readonly string[] Copied =
    [
        "x-request-id", "x-ot-span-context", "x-datadog-trace-id", "x-datadog-parent-id", "x-datadog-sampling-priority", "traceparent",
        "tracestate", "x-cloud-trace-context", "grpc-trace-bin", "x-b3-traceid", "x-b3-spanid", "x-b3-parentspanid", "x-b3-sampled",
        "x-b3-flags", "b3", "sw8", "user-agent", "cookie", "authorization", "jwt",
    ];

    /// <summary>Copies the headers; the user's name goes as `end-user`, which traffic rules match on.</summary>
    public static void Copy(HttpRequest from, HttpRequestMessage to, string? user)
    {
        foreach (string name in Copied)
        {
            if (from.Headers.TryGetValue(name, out var values))
            {
                to.Headers.TryAddWithoutValidation(name, values.ToArray());
            }
        }

        if (!string.IsNullOrEmpty(user))
        {
            to.Headers.TryAddWithoutValidation("end-user", user);
        }
    }
}
