namespace Lateen.Proxy.Config;

/// <summary>Which part of a request is hashed to pick its host.</summary>
public enum HashSource : byte
{
    Header,
    Cookie,
    SourceAddress,
    QueryParameter,
}
