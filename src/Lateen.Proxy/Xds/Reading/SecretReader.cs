namespace Lateen.Proxy.Xds.Reading;

using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf;
using Lateen.Proxy.Config;
using Lateen.Proxy.Tls;
using SanMatcher = Envoy.Extensions.TransportSockets.Tls.V3.SubjectAltNameMatcher;

/// <summary>Reads a Secret, and the parts of it that may also stand inside a TLS context.</summary>
internal static class SecretReader
{
    public static SecretConfig Read(Secret message, string path, ReadContext context)
    {
        var config = new SecretConfig { Name = message.Name };
        switch (message.TypeCase)
        {
            case Secret.TypeOneofCase.TlsCertificate:
                TlsCertificateConfig certificate = ReadCertificate(message.TlsCertificate, $"{path}.tls_certificate", context);
                Try(TlsMaterial.Problem(certificate), $"{path}.tls_certificate", context);
                return config with { Certificate = certificate };
            case Secret.TypeOneofCase.ValidationContext:
                ValidationContextConfig validation = ReadValidation(message.ValidationContext, $"{path}.validation_context", context);
                Try(TlsMaterial.Problem(validation), $"{path}.validation_context", context);
                return config with { Validation = validation };
            case Secret.TypeOneofCase.SessionTicketKeys:
                return config with { SessionTicketKeys = ReadTicketKeys(message.SessionTicketKeys, path, context) };
            case Secret.TypeOneofCase.GenericSecret:
                return config with { Generic = ReadData(message.GenericSecret.Secret, $"{path}.generic_secret.secret", context) ?? [] };
            default:
                context.Error(
                    path, "one of tls_certificate, validation_context, session_ticket_keys and generic_secret is required");
                return config;
        }
    }

    // A secret that cannot be used is refused when it arrives, so that the one before stays in use.
    private static void Try(string? problem, string path, ReadContext context)
    {
        if (problem is not null && context.Errors.Count == 0)
        {
            context.Error(path, problem);
        }
    }

    public static TlsCertificateConfig ReadCertificate(TlsCertificate message, string path, ReadContext context)
    {
        byte[]? chain = ReadData(message.CertificateChain, $"{path}.certificate_chain", context);
        byte[]? key = ReadData(message.PrivateKey, $"{path}.private_key", context);
        if (chain is null || key is null)
        {
            context.Error(path, "certificate_chain and private_key are required");
        }

        byte[]? password = ReadData(message.Password, $"{path}.password", context);
        return new TlsCertificateConfig
        {
            CertificateChain = chain ?? [],
            PrivateKey = key ?? [],
            Password = password is null ? null : System.Text.Encoding.UTF8.GetString(password),
            OcspStaple = ReadData(message.OcspStaple, $"{path}.ocsp_staple", context),
        };
    }

    public static ValidationContextConfig ReadValidation(CertificateValidationContext message, string path, ReadContext context)
    {
        bool refused = message.CaCertificateProviderInstance is not null || message.CustomValidatorConfig is not null
            || (message.RequireSignedCertificateTimestamp ?? false);
        if (refused)
        {
            context.Error(
                path, "ca_certificate_provider_instance, custom_validator_config and require_signed_certificate_timestamp are not supported");
        }

        CheckHashes(message, path, context);
        return new ValidationContextConfig
        {
            TrustedCa = ReadData(message.TrustedCa, $"{path}.trusted_ca", context),
            RevocationList = ReadData(message.Crl, $"{path}.crl", context),
            CertificateHashes = [.. message.VerifyCertificateHash.Select(static h =>
                h.Replace(":", "", StringComparison.Ordinal).ToLowerInvariant())],
            SpkiHashes = [.. message.VerifyCertificateSpki],
            SubjectAltNames = ReadNames(message, path, context),
            AllowExpired = message.AllowExpiredCertificate,
            AcceptUntrusted = message.TrustChainVerification is CertificateValidationContext.Types.TrustChainVerification.AcceptUntrusted,
            OnlyVerifyLeafRevocation = message.OnlyVerifyLeafCertCrl,
            MaxVerifyDepth = message.MaxVerifyDepth is { } depth ? (int)Math.Min(depth, 100) : null,
        };
    }

    private static void CheckHashes(CertificateValidationContext message, string path, ReadContext context)
    {
        for (int i = 0; i < message.VerifyCertificateHash.Count; i++)
        {
            string hex = message.VerifyCertificateHash[i].Replace(":", "", StringComparison.Ordinal);
            if (hex.Length != 64 || !hex.All(char.IsAsciiHexDigit))
            {
                context.Error($"{path}.verify_certificate_hash[{i}]", "must be a SHA-256 in hexadecimal, 64 digits");
            }
        }

        Span<byte> hash = stackalloc byte[33];
        for (int i = 0; i < message.VerifyCertificateSpki.Count; i++)
        {
            if (!Convert.TryFromBase64String(message.VerifyCertificateSpki[i], hash, out int length) || length != 32)
            {
                context.Error($"{path}.verify_certificate_spki[{i}]", "must be a SHA-256 in base64, 44 characters");
            }
        }
    }

    /// <summary>The bytes of a data source; null when it is absent.</summary>
    public static byte[]? ReadData(DataSource? source, string path, ReadContext context)
    {
        switch (source?.SpecifierCase)
        {
            case null or DataSource.SpecifierOneofCase.None:
                return null;
            case DataSource.SpecifierOneofCase.InlineBytes:
                return source.InlineBytes.ToByteArray();
            case DataSource.SpecifierOneofCase.InlineString:
                return ByteString.CopyFromUtf8(source.InlineString).ToByteArray();
            case DataSource.SpecifierOneofCase.Filename:
                return ReadFile(source.Filename, $"{path}.filename", context);
            default:
                context.Error(path, "environment_variable is not supported; use filename or inline_string");
                return null;
        }
    }

    private static byte[]? ReadFile(string file, string path, ReadContext context)
    {
        const long maxBytes = 1024 * 1024;
        try
        {
            if (new FileInfo(file).Length <= maxBytes)
            {
                return File.ReadAllBytes(file);
            }

            context.Error(path, $"'{file}' is larger than 1 MiB");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            context.Error(path, $"cannot read '{file}': {e.Message}");
        }

        return null;
    }

    public static List<byte[]> ReadTicketKeys(TlsSessionTicketKeys message, string path, ReadContext context)
    {
        const int keyBytes = 80;
        var keys = new List<byte[]>();
        for (int i = 0; i < message.Keys.Count; i++)
        {
            string keyPath = $"{path}.session_ticket_keys.keys[{i}]";
            byte[]? key = ReadData(message.Keys[i], keyPath, context);
            if (key?.Length == keyBytes)
            {
                keys.Add(key);
            }
            else
            {
                context.Error(keyPath, "must be exactly 80 bytes");
            }
        }

        return keys;
    }

    private static List<Config.SubjectAltNameMatcher> ReadNames(
        CertificateValidationContext message, string path, ReadContext context)
    {
        var names = new List<Config.SubjectAltNameMatcher>();
        for (int i = 0; i < message.MatchTypedSubjectAltNames.Count; i++)
        {
            SanMatcher each = message.MatchTypedSubjectAltNames[i];
            string namePath = $"{path}.match_typed_subject_alt_names[{i}]";
            SubjectAltNameKind kind = ReadKind(each.SanType, namePath, context);
            if (each.Matcher is null)
            {
                context.Error($"{namePath}.matcher", "is required");
                continue;
            }

            names.Add(new(kind, MatcherReader.ReadString(each.Matcher, $"{namePath}.matcher", context)));
        }

        for (int i = 0; i < message.MatchSubjectAltNames.Count; i++)
        {
            string namePath = $"{path}.match_subject_alt_names[{i}]";
            names.Add(new(SubjectAltNameKind.Any, MatcherReader.ReadString(message.MatchSubjectAltNames[i], namePath, context)));
        }

        return names;
    }

    private static SubjectAltNameKind ReadKind(SanMatcher.Types.SanType type, string path, ReadContext context)
    {
        switch (type)
        {
            case SanMatcher.Types.SanType.Email: return SubjectAltNameKind.Email;
            case SanMatcher.Types.SanType.Dns: return SubjectAltNameKind.Dns;
            case SanMatcher.Types.SanType.Uri: return SubjectAltNameKind.Uri;
            case SanMatcher.Types.SanType.IpAddress: return SubjectAltNameKind.IpAddress;
            default:
                context.Error($"{path}.san_type", $"{type} is not supported; use EMAIL, DNS, URI or IP_ADDRESS");
                return SubjectAltNameKind.Any;
        }
    }
}
