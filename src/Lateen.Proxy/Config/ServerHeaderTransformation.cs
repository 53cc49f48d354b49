namespace Lateen.Proxy.Config;

/// <summary>What becomes of the response's server header.</summary>
public enum ServerHeaderTransformation : byte
{
    Overwrite,
    AppendIfAbsent,
    PassThrough,
}
