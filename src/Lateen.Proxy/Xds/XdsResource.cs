namespace Lateen.Proxy.Xds;

using Google.Protobuf.WellKnownTypes;

/// <summary>One resource as the control plane sent it, with what became of it.</summary>
internal sealed class XdsResource<T>
    where T : class
{
    public required string Name { get; init; }

    /// <summary>Version of the accepted message; empty when none was accepted yet.</summary>
    public string Version { get; set; } = "";

    /// <summary>The accepted message as it came, for /config_dump.</summary>
    public Any? Message { get; set; }

    public DateTimeOffset LastUpdated { get; set; }

    /// <summary>End of its time to live; null when it has none.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>The newest accepted configuration; it serves once it is warm.</summary>
    public T? Latest { get; set; }

    /// <summary>What serves now.</summary>
    public T? Active { get; private set; }

    /// <summary>What serves now, as it came.</summary>
    public Any? ActiveMessage { get; private set; }

    public string ActiveVersion { get; private set; } = "";

    public DateTimeOffset ActiveUpdated { get; private set; }

    public bool IsWarming => Latest is not null && !ReferenceEquals(Active, Latest);

    /// <summary>The newest configuration serves from now on.</summary>
    public void Activate()
    {
        Active = Latest;
        ActiveMessage = Message;
        ActiveVersion = Version;
        ActiveUpdated = LastUpdated;
    }

    public XdsRejection? Rejection { get; set; }
}
