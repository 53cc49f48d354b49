namespace Lateen.Filters.AccessLoggers;

using Lateen.Proxy.Formatting;

/// <summary>A text format; a missing value is shown as "-", or not at all.</summary>
internal sealed class TextLogFormat(string format, bool omitEmpty = false, bool allowsWithoutQuery = false) : LogFormat
{
    /// <summary>Envoy's format when none is configured.</summary>
    public const string EnvoyDefault =
        "[%START_TIME%] \"%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%\" %RESPONSE_CODE% %RESPONSE_FLAGS% "
        + "%BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% \"%REQ(X-FORWARDED-FOR)%\" "
        + "\"%REQ(USER-AGENT)%\" \"%REQ(X-REQUEST-ID)%\" \"%REQ(:AUTHORITY)%\" \"%UPSTREAM_HOST%\"\n";

    private readonly FormatOperator[] _operators = FormatParser.Parse(format, allowsWithoutQuery);

    public override void Write(FormatBuffer buffer, in FormatInput input)
    {
        foreach (FormatOperator part in _operators)
        {
            if (!part.TryWrite(buffer, input) && !omitEmpty)
            {
                buffer.Append((byte)'-');
            }
        }
    }
}
