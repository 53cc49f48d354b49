namespace Lateen.Filters.Http.Cors;

using Lateen.Engine.Http;
using Lateen.Proxy.Http;

/// <summary>
/// Tells browsers which origins may call (the Fetch standard's CORS protocol): answers preflights and adds the headers to other
/// responses. It guards nothing: requests of other origins go on, the browser keeps their answers from the script.
/// </summary>
internal sealed class CorsFilter(CorsStats stats) : HttpFilter
{
    public override FilterStatus OnRequestHeaders(HttpStream stream, bool endStream)
    {
        CorsState state = stream.State<CorsState>(this);
        state.Policy = null;
        state.IsPreflight = false;
        ReadOnlySpan<byte> origin = stream.Request.GetOrEmpty("origin"u8);
        if (origin.IsEmpty || stream.FilterConfig<CorsPolicy>() is not { } policy)
        {
            return FilterStatus.Continue;
        }

        bool enabled = policy.Enabled.Draw(stream.Random);
        if (!enabled && !policy.Shadow.Draw(stream.Random))
        {
            return FilterStatus.Continue;
        }

        bool allowed = policy.Allows(origin);
        (allowed ? stats.OriginValid : stats.OriginInvalid).Increment();
        if (!enabled)
        {
            return FilterStatus.Continue;
        }

        state.Policy = allowed ? policy : null;
        return IsPreflight(stream.Request) && (allowed || !policy.ForwardNotMatchingPreflights)
            ? AnswerPreflight(stream, state)
            : FilterStatus.Continue;
    }

    public override void OnResponseHeaders(HttpStream stream, bool endStream)
    {
        CorsState state = stream.State<CorsState>(this);
        if (state.Policy is not { } policy)
        {
            return;
        }

        HeaderMap response = stream.Response;
        response.Set("access-control-allow-origin"u8, stream.Request.GetOrEmpty("origin"u8));
        if (policy.AllowCredentials)
        {
            response.Set("access-control-allow-credentials"u8, "true"u8);
        }

        if (!state.IsPreflight)
        {
            SetUnlessEmpty(response, "access-control-expose-headers"u8, policy.ExposeHeaders);
            return;
        }

        SetUnlessEmpty(response, "access-control-allow-methods"u8, policy.AllowMethods);
        SetUnlessEmpty(response, "access-control-allow-headers"u8, policy.AllowHeaders);
        SetUnlessEmpty(response, "access-control-max-age"u8, policy.MaxAge);
        if (policy.AllowPrivateNetwork
            && stream.Request.GetOrEmpty("access-control-request-private-network"u8).SequenceEqual("true"u8))
        {
            response.Set("access-control-allow-private-network"u8, "true"u8);
        }
    }

    // A later request may be answered by a filter in front of this one: it must not find this one's policy.
    public override void OnStreamComplete(HttpStream stream) => stream.State<CorsState>(this).Policy = null;

    private static bool IsPreflight(HeaderMap request) =>
        request.GetOrEmpty(":method"u8).SequenceEqual("OPTIONS"u8)
        && !request.GetOrEmpty("access-control-request-method"u8).IsEmpty;

    private static FilterStatus AnswerPreflight(HttpStream stream, CorsState state)
    {
        state.IsPreflight = true;
        return stream.Respond(200, ResponseFlags.None, "cors_response", default);
    }

    private static void SetUnlessEmpty(HeaderMap response, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty)
        {
            response.Set(name, value);
        }
    }
}
