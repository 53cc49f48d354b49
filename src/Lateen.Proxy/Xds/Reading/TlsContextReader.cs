namespace Lateen.Proxy.Xds.Reading;

using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Lateen.Engine.Tls;
using Lateen.Proxy.Config;
using Lateen.Proxy.Tls;
using Protocol = Envoy.Extensions.TransportSockets.Tls.V3.TlsParameters.Types.TlsProtocol;
using Tickets = Envoy.Extensions.TransportSockets.Tls.V3.DownstreamTlsContext.SessionTicketKeysTypeOneofCase;
using Trust = Envoy.Extensions.TransportSockets.Tls.V3.CommonTlsContext.ValidationContextTypeOneofCase;

/// <summary>Reads DownstreamTlsContext and UpstreamTlsContext. What can be tried without secrets is tried at once.</summary>
internal static class TlsContextReader
{
    public static DownstreamTlsFactory ReadDownstream(
        DownstreamTlsContext message, Duration? handshakeTimeout, string path, ReadContext context)
    {
        if (message.OcspStaplePolicy is not DownstreamTlsContext.Types.OcspStaplePolicy.LenientStapling)
        {
            context.Error($"{path}.ocsp_staple_policy", "only LENIENT_STAPLING is supported");
        }

        var config = new DownstreamTlsConfig
        {
            Common = ReadCommon(message.CommonTlsContext, path, context),
            RequireClientCertificate = message.RequireClientCertificate ?? false,
            RequireServerName = message.RequireSni ?? false,
            TicketKeys = message.SessionTicketKeysTypeCase is Tickets.SessionTicketKeys
                ? SecretReader.ReadTicketKeys(message.SessionTicketKeys, path, context) : [],
            TicketKeySecret = message.SessionTicketKeysTypeCase is Tickets.SessionTicketKeysSdsSecretConfig
                ? ReadSecretName(message.SessionTicketKeysSdsSecretConfig, $"{path}.session_ticket_keys_sds_secret_config", context) : "",
            DisableTickets = message.SessionTicketKeysTypeCase is Tickets.DisableStatelessSessionResumption
                && message.DisableStatelessSessionResumption,
            DisableSessionCache = message.DisableStatefulSessionResumption,
            PreferClientCiphers = message.PreferClientCiphers,
            SessionTimeout = context.Duration(message.SessionTimeout, TimeSpan.Zero, $"{path}.session_timeout"),
        };
        config = config with
        {
            HandshakeTimeout = context.Duration(handshakeTimeout, config.HandshakeTimeout, $"{path}.transport_socket_connect_timeout"),
        };
        if (config.Common.Certificates.Count + config.Common.CertificateSecrets.Count == 0)
        {
            context.Error($"{path}.common_tls_context.tls_certificates", "a server needs at least one certificate, or the secret of one");
        }

        var factory = new DownstreamTlsFactory(config, Fingerprint(message) + config.HandshakeTimeout);
        Try(factory, config.Common, path, context);
        return factory;
    }

    public static UpstreamTlsFactory ReadUpstream(UpstreamTlsContext message, string path, ReadContext context)
    {
        if (message.AllowRenegotiation)
        {
            context.Error($"{path}.allow_renegotiation", "is not supported; a peer that needs TLS renegotiation cannot be reached");
        }

        context.NoEffect(message.EnforceRsaKeyUsage is not null, $"{path}.enforce_rsa_key_usage");
        var config = new UpstreamTlsConfig
        {
            Common = ReadCommon(message.CommonTlsContext, path, context),
            ServerName = message.Sni,
            UseHostname = message.AutoHostSni,
            VerifyServerName = message.AutoSniSanValidation,
            MaxSessions = (int)Math.Min(message.MaxSessionKeys ?? 1, 64),
        };
        if (config.VerifyServerName && config.Common.Validation?.TrustedCa is null && config.Common.ValidationSecret.Length == 0)
        {
            context.Error($"{path}.auto_sni_san_validation", "needs a trusted_ca: without one, no certificate is verified");
        }

        var factory = new UpstreamTlsFactory(config, Fingerprint(message));
        Try(factory, config.Common, path, context);
        return factory;
    }

    private static string Fingerprint(IMessage message) => TlsDigest.Sha256(message.ToByteArray());

    private static CommonTlsConfig ReadCommon(CommonTlsContext? message, string parent, ReadContext context)
    {
        string path = $"{parent}.common_tls_context";
        if (message is null)
        {
            return new CommonTlsConfig();
        }

        if (message.TlsCertificateProviderInstance is not null || message.CustomHandshaker is not null)
        {
            context.Error(path, "tls_certificate_provider_instance and custom_handshaker are not supported");
        }

        var certificates = new List<TlsCertificateConfig>();
        for (int i = 0; i < message.TlsCertificates.Count; i++)
        {
            certificates.Add(SecretReader.ReadCertificate(message.TlsCertificates[i], $"{path}.tls_certificates[{i}]", context));
        }

        var secrets = new List<string>();
        for (int i = 0; i < message.TlsCertificateSdsSecretConfigs.Count; i++)
        {
            string secretPath = $"{path}.tls_certificate_sds_secret_configs[{i}]";
            secrets.Add(ReadSecretName(message.TlsCertificateSdsSecretConfigs[i], secretPath, context));
        }

        return ReadTrust(message, path, context) with
        {
            Parameters = ReadParameters(message, $"{path}.tls_params", context),
            Certificates = certificates,
            CertificateSecrets = secrets,
        };
    }

    private static CommonTlsConfig ReadTrust(CommonTlsContext message, string path, ReadContext context)
    {
        switch (message.ValidationContextTypeCase)
        {
            case Trust.ValidationContext:
                return new CommonTlsConfig
                {
                    Validation = SecretReader.ReadValidation(message.ValidationContext, $"{path}.validation_context", context),
                };
            case Trust.ValidationContextSdsSecretConfig:
                return new CommonTlsConfig
                {
                    ValidationSecret = ReadSecretName(
                        message.ValidationContextSdsSecretConfig, $"{path}.validation_context_sds_secret_config", context),
                };
            case Trust.CombinedValidationContext:
                CommonTlsContext.Types.CombinedCertificateValidationContext both = message.CombinedValidationContext;
                string bothPath = $"{path}.combined_validation_context";
                if (both.DefaultValidationContext is null || both.ValidationContextSdsSecretConfig is null)
                {
                    context.Error(bothPath, "default_validation_context and validation_context_sds_secret_config are both required");
                    return new CommonTlsConfig();
                }

                return new CommonTlsConfig
                {
                    Validation = SecretReader.ReadValidation(
                        both.DefaultValidationContext, $"{bothPath}.default_validation_context", context),
                    ValidationSecret = ReadSecretName(
                        both.ValidationContextSdsSecretConfig, $"{bothPath}.validation_context_sds_secret_config", context),
                };
            default:
                return new CommonTlsConfig();
        }
    }

    private static TlsContextSettings ReadParameters(CommonTlsContext message, string path, ReadContext context)
    {
        for (int i = 0; i < message.AlpnProtocols.Count; i++)
        {
            if (message.AlpnProtocols[i].Length is 0 or > 255)
            {
                context.Error($"{path}.alpn_protocols[{i}]", "must have 1 to 255 characters");
            }
        }

        TlsParameters parameters = message.TlsParams ?? new TlsParameters();
        return new TlsContextSettings
        {
            MinVersion = VersionOf(parameters.TlsMinimumProtocolVersion),
            MaxVersion = VersionOf(parameters.TlsMaximumProtocolVersion),
            CipherSuites = [.. parameters.CipherSuites],
            Curves = [.. parameters.EcdhCurves],
            SignatureAlgorithms = [.. parameters.SignatureAlgorithms],
            ApplicationProtocols = [.. message.AlpnProtocols],
        };
    }

    private static TlsVersion VersionOf(Protocol version) => version switch
    {
        Protocol.Tlsv10 => TlsVersion.Tls10,
        Protocol.Tlsv11 => TlsVersion.Tls11,
        Protocol.Tlsv12 => TlsVersion.Tls12,
        Protocol.Tlsv13 => TlsVersion.Tls13,
        _ => TlsVersion.Auto,
    };

    private static string ReadSecretName(SdsSecretConfig message, string path, ReadContext context)
    {
        if (message.Name.Length == 0)
        {
            context.Error($"{path}.name", "is required");
        }

        return ConfigSourceReader.PathOf(message.SdsConfig, $"{path}.sds_config", context) is { Length: > 0 } file
            ? FileSecretKey.Of(file, message.Name)
            : message.Name;
    }

    // A context that waits for secrets is made later; its parameters can be tried now.
    private static void Try(TlsTransportSocketFactory factory, CommonTlsConfig config, string path, ReadContext context)
    {
        if (context.Errors.Count > 0)
        {
            return;
        }

        string error;
        if (factory.SecretNames.Count == 0)
        {
            factory.Update(System.Collections.Frozen.FrozenDictionary<string, SecretConfig>.Empty);
            error = factory.LastError;
        }
        else
        {
            TlsContexts.TryGetClient(config.Parameters, 0, out _, out error);
        }

        if (error.Length > 0)
        {
            context.Error($"{path}.common_tls_context", error);
        }
    }
}
