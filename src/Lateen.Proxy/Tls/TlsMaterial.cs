namespace Lateen.Proxy.Tls;

using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Lateen.Engine.Tls;
using Lateen.Proxy.Config;

/// <summary>Joins a configuration with the secrets it names into what the engine wants.</summary>
internal static class TlsMaterial
{
    /// <summary>The names of the secrets that must be there.</summary>
    public static List<string> SecretNames(CommonTlsConfig config)
    {
        var names = new List<string>(config.CertificateSecrets);
        if (config.ValidationSecret.Length > 0)
        {
            names.Add(config.ValidationSecret);
        }

        return names;
    }

    /// <summary>False while a secret is missing, or is of another kind than the one wanted.</summary>
    public static bool TryJoin(
        CommonTlsConfig config, FrozenDictionary<string, SecretConfig> secrets, [NotNullWhen(true)] out TlsContextSettings? settings,
        out IReadOnlyList<SubjectAltNameMatcher> names)
    {
        settings = null;
        names = [];
        var keys = config.Certificates.Select(KeyPair).ToList();
        foreach (string name in config.CertificateSecrets)
        {
            if (secrets.GetValueOrDefault(name)?.Certificate is not { } certificate)
            {
                return false;
            }

            keys.Add(KeyPair(certificate));
        }

        ValidationContextConfig? validation = config.Validation;
        if (config.ValidationSecret.Length > 0)
        {
            if (secrets.GetValueOrDefault(config.ValidationSecret)?.Validation is not { } arrived)
            {
                return false;
            }

            validation = validation is null ? arrived : Merge(validation, arrived);
        }

        names = validation?.SubjectAltNames ?? [];
        settings = config.Parameters with
        {
            Certificates = keys,
            Validation = validation is null ? null : Validation(validation),
        };
        return true;
    }

    /// <summary>Names in a certificate that nobody vouches for say nothing, so matching them would only look safe (as Envoy refuses it).</summary>
    public static bool IsPretence(
        TlsContextSettings settings, IReadOnlyList<SubjectAltNameMatcher> names, ref string error)
    {
        bool pretence = names.Count > 0 && settings.Validation?.TrustedCa is null;
        error = pretence ? "match_typed_subject_alt_names needs a trusted_ca: without one, anybody can claim any name" : error;
        return pretence;
    }

    /// <summary>Why a certificate cannot be used; null when it can.</summary>
    public static string? Problem(TlsCertificateConfig certificate) =>
        TlsClientContext.TryCreate(new TlsContextSettings { Certificates = [KeyPair(certificate)] }, 0, out _, out string error)
            ? null : error;

    /// <summary>Why trust cannot be used; null when it can.</summary>
    public static string? Problem(ValidationContextConfig validation) =>
        TlsClientContext.TryCreate(new TlsContextSettings { Validation = Validation(validation) }, 0, out _, out string error)
            ? null : error;

    // As protobuf merges: what the secret sets wins, and lists are joined (combined_validation_context).
    private static ValidationContextConfig Merge(ValidationContextConfig standing, ValidationContextConfig arrived) => standing with
    {
        TrustedCa = arrived.TrustedCa ?? standing.TrustedCa,
        RevocationList = arrived.RevocationList ?? standing.RevocationList,
        CertificateHashes = [.. standing.CertificateHashes, .. arrived.CertificateHashes],
        SpkiHashes = [.. standing.SpkiHashes, .. arrived.SpkiHashes],
        SubjectAltNames = [.. standing.SubjectAltNames, .. arrived.SubjectAltNames],
        AllowExpired = standing.AllowExpired || arrived.AllowExpired,
        AcceptUntrusted = standing.AcceptUntrusted || arrived.AcceptUntrusted,
        OnlyVerifyLeafRevocation = standing.OnlyVerifyLeafRevocation || arrived.OnlyVerifyLeafRevocation,
        MaxVerifyDepth = arrived.MaxVerifyDepth ?? standing.MaxVerifyDepth,
    };

    private static TlsKeyPair KeyPair(TlsCertificateConfig config) => new()
    {
        Chain = config.CertificateChain,
        Key = config.PrivateKey,
        Password = config.Password ?? "",
        OcspStaple = config.OcspStaple,
    };

    private static TlsValidation Validation(ValidationContextConfig config) => new()
    {
        TrustedCa = config.TrustedCa,
        Revocations = config.RevocationList,
        OnlyLeafRevocation = config.OnlyVerifyLeafRevocation,
        AllowExpired = config.AllowExpired,
        AcceptUntrusted = config.AcceptUntrusted,
        MaxDepth = config.MaxVerifyDepth ?? -1,
        CertificateHashes = [.. config.CertificateHashes.Select(Convert.FromHexString)],
        PublicKeyHashes = [.. config.SpkiHashes.Select(Convert.FromBase64String)],
    };
}
