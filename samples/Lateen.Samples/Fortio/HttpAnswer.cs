namespace Lateen.Samples.Fortio;

/// <summary>What one call came to; code -1 means that no whole answer arrived.</summary>
internal readonly record struct HttpAnswer(int Code, int HeaderBytes, int TotalBytes, bool Reusable, string? Failure = null)
{
    public const int NoAnswer = -1;

    public bool Ok => Code is >= 200 and < 300;
}
