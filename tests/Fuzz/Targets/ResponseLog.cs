namespace Lateen.Fuzz.Targets;

using System.Text;
using Lateen.Engine.Http;

/// <summary>Writes down what a client codec says of one response.</summary>
internal sealed class ResponseLog : ResponseDecoder
{
    private readonly StringBuilder _heads = new();
    private readonly StringBuilder _body = new();
    private bool _complete;

    /// <summary>How often the end was told, in whichever way.</summary>
    public int Ends { get; private set; }

    public string Outcome { get; private set; } = "";

    public string Text => _complete ? $"{_heads}{_body}" : $"{_heads}{Outcome}";

    public override void OnInformational(HeaderMap headers) => ServerLog.Describe(_heads, headers);

    public override void OnHeaders(HeaderMap headers, bool endStream)
    {
        Outcome += " head";
        ServerLog.Describe(_heads, headers);
        EndIf(endStream);
    }

    public override void OnData(ReadOnlySpan<byte> data, bool endStream)
    {
        _body.Append(Encoding.Latin1.GetString(data));
        EndIf(endStream);
    }

    public override void OnTrailers(HeaderMap trailers)
    {
        ServerLog.Describe(_heads, trailers);
        EndIf(true);
    }

    public override void OnReset(StreamResetReason reason, string detail)
    {
        Ends++;
        Outcome += $" {reason}: {detail}";
    }

    public override void OnWriteBlocked()
    {
    }

    public override void OnWriteDrained()
    {
    }

    private void EndIf(bool endStream)
    {
        if (endStream)
        {
            Ends++;
            _complete = true;
            Outcome += " end";
        }
    }
}
