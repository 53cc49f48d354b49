namespace Lateen.Proxy.Tls;

using System.Collections.Frozen;
using Lateen.Proxy.Config;

/// <summary>A transport socket of TLS: its context is made anew when one of its secrets changes, and only then.</summary>
public abstract class TlsTransportSocketFactory(string fingerprint) : TransportSocketFactory
{
    private readonly List<SecretConfig?> _used = [];
    private bool _built;

    public override string Name => "envoy.transport_sockets.tls";

    /// <summary>Why the last attempt to use new secrets failed; the context before stays. Empty when it did not.</summary>
    public string LastError { get; private set; } = "";

    /// <summary>Called by the configuration thread with every snapshot.</summary>
    public sealed override void Update(FrozenDictionary<string, SecretConfig> secrets)
    {
        bool changed = !_built;
        for (int i = 0; i < SecretNames.Count; i++)
        {
            SecretConfig? secret = secrets.GetValueOrDefault(SecretNames[i]);
            if (i == _used.Count)
            {
                _used.Add(secret);
                changed = true;
            }

            changed |= !ReferenceEquals(_used[i], secret);
            _used[i] = secret;
        }

        if (changed)
        {
            _built = true;
            LastError = TryBuild(secrets, out string error) ? "" : error;
        }
    }

    /// <summary>Two sockets that were configured alike are the same: hosts and their connections survive a repeated configuration.</summary>
    public override bool Equals(object? obj) =>
        ReferenceEquals(this, obj)
        || (obj is TlsTransportSocketFactory other && other.GetType() == GetType() && fingerprint.Length > 0
            && other.Fingerprint == fingerprint);

    public override int GetHashCode() => fingerprint.GetHashCode(StringComparison.Ordinal);

    private string Fingerprint => fingerprint;

    /// <summary>True when there is a context, or a secret is still missing; false with a reason when the secrets are no good.</summary>
    protected abstract bool TryBuild(FrozenDictionary<string, SecretConfig> secrets, out string error);
}
