namespace Lateen.Proxy.Http;

/// <summary>What became of a request's path.</summary>
internal enum PathStatus : byte
{
    Fine,

    /// <summary>It cannot be brought into one form: answer 400.</summary>
    Rejected,

    /// <summary>Escaped slashes were replaced, and the client must ask again with the new path.</summary>
    Redirect,
}
