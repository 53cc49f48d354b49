namespace Lateen.Control.Translation;

/// <summary>What a gateway's port carries; servers of different kinds cannot share one.</summary>
internal enum ServerKind
{
    /// <summary>A protocol that this version does not serve.</summary>
    None,

    Http,

    /// <summary>TLS that passes through, told apart by server name.</summary>
    Tls,

    Tcp,
}
