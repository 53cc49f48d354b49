namespace Lateen.Proxy.Config;

using Lateen.Engine.Http;

/// <summary>A condition on a response's headers, built of others (MatchPredicate).</summary>
public abstract class ResponseMatcher
{
    public abstract bool Matches(HeaderMap response);

    /// <summary>Matches everything.</summary>
    public static ResponseMatcher Always() => new AllMatcher([]);

    public static ResponseMatcher All(IReadOnlyList<ResponseMatcher> parts) => new AllMatcher([.. parts]);

    public static ResponseMatcher Any(IReadOnlyList<ResponseMatcher> parts) => new AnyMatcher([.. parts]);

    public static ResponseMatcher Not(ResponseMatcher part) => new NotMatcher(part);

    public static ResponseMatcher Headers(IReadOnlyList<HeaderMatcher> headers) => new HeadersMatcher([.. headers]);

    private sealed class AllMatcher(ResponseMatcher[] parts) : ResponseMatcher
    {
        public override bool Matches(HeaderMap response)
        {
            foreach (ResponseMatcher part in parts)
            {
                if (!part.Matches(response))
                {
                    return false;
                }
            }

            return true;
        }
    }

    private sealed class AnyMatcher(ResponseMatcher[] parts) : ResponseMatcher
    {
        public override bool Matches(HeaderMap response)
        {
            foreach (ResponseMatcher part in parts)
            {
                if (part.Matches(response))
                {
                    return true;
                }
            }

            return false;
        }
    }

    private sealed class NotMatcher(ResponseMatcher part) : ResponseMatcher
    {
        public override bool Matches(HeaderMap response) => !part.Matches(response);
    }

    private sealed class HeadersMatcher(HeaderMatcher[] headers) : ResponseMatcher
    {
        public override bool Matches(HeaderMap response)
        {
            foreach (HeaderMatcher header in headers)
            {
                if (!header.Matches(response))
                {
                    return false;
                }
            }

            return true;
        }
    }
}
