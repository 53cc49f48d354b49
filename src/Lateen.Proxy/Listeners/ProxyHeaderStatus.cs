namespace Lateen.Proxy.Listeners;

/// <summary>Outcome of looking for a PROXY protocol header.</summary>
internal enum ProxyHeaderStatus : byte
{
    NeedMore,
    Found,
    Absent,
    Malformed,
}
