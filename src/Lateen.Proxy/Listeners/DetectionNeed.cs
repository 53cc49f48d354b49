namespace Lateen.Proxy.Listeners;

/// <summary>What has to be learnt from a connection's first bytes.</summary>
[Flags]
internal enum DetectionNeed : byte
{
    None = 0,
    Tls = 1,
    Http = 2,
}
