namespace Lateen.Proxy.Config;

/// <summary>What becomes of %2F and %5C in a path.</summary>
public enum EscapedSlashesAction : byte
{
    Keep,
    Reject,
    UnescapeAndRedirect,
    UnescapeAndForward,
}
