namespace Lateen.Proxy.Tests.Xds;

using Envoy.Config.Core.V3;
using Envoy.Type.V3;
using Lateen.Proxy.Config;
using Lateen.Proxy.Xds.Reading;
using Duration = Google.Protobuf.WellKnownTypes.Duration;
using Types = Envoy.Config.Core.V3.HealthCheck.Types;

public sealed class HealthCheckReaderTests
{
    [Fact]
    public void Absent_intervals_follow_the_others()
    {
        HealthCheckConfig? config = Read(Http(static check => check.UnhealthyInterval = Seconds(7)), out IReadOnlyList<string> errors);

        Assert.Empty(errors);
        Assert.NotNull(config);
        Assert.Equal(TimeSpan.FromSeconds(5), config.HealthyEdgeInterval);
        Assert.Equal(TimeSpan.FromSeconds(7), config.UnhealthyEdgeInterval);
        Assert.Equal(TimeSpan.FromSeconds(60), config.NoTrafficHealthyInterval);
        Assert.Equal([(200L, 201L)], config.Http?.ExpectedStatuses ?? []);
        Assert.True(config.ReuseConnection);
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_with_its_path()
    {
        var message = new HealthCheck
        {
            Interval = Seconds(0),
            HealthyThreshold = 0,
            AltPort = 1,
            HttpHealthCheck = new Types.HttpHealthCheck
            {
                Path = "ready",
                CodecClientType = CodecClientType.Http3,
                Send = new Types.Payload { Text = "0g" },
            },
        };
        message.HttpHealthCheck.ExpectedStatuses.Add(new Int64Range { Start = 300, End = 200 });

        Read(message, out IReadOnlyList<string> errors);

        string[] paths = [.. errors.Select(static e => e[..e.IndexOf(':', StringComparison.Ordinal)])];
        Assert.Equal(
            [
                "c[0].alt_port", "c[0].healthy_threshold", "c[0].http_health_check.codec_client_type",
                "c[0].http_health_check.expected_statuses[0]", "c[0].http_health_check.path", "c[0].http_health_check.send",
                "c[0].http_health_check.send.text", "c[0].interval", "c[0].timeout", "c[0].unhealthy_threshold",
            ],
            paths.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Payloads_are_hexadecimal_text_or_bytes()
    {
        HealthCheck message = Http(static check => check.TcpHealthCheck = new Types.TcpHealthCheck
        {
            Send = new Types.Payload { Text = "50494E47" },
            Receive = { new Types.Payload { Binary = Google.Protobuf.ByteString.CopyFromUtf8("PONG") } },
        });

        HealthCheckConfig? config = Read(message, out IReadOnlyList<string> errors);

        Assert.Empty(errors);
        Assert.Equal("PING"u8.ToArray(), config?.Tcp?.Send);
        Assert.Equal("PONG"u8.ToArray(), Assert.Single(config?.Tcp?.Receive ?? []));
    }

    [Fact]
    public void Two_checks_of_one_cluster_are_refused()
    {
        var context = new ReadContext(ExtensionCatalog.Empty);

        HealthCheckReader.Read([Http(), Http()], "c", context);

        Assert.StartsWith("c: only one health check", Assert.Single(context.Errors), StringComparison.Ordinal);
    }

    private static HealthCheck Http(Action<HealthCheck>? change = null)
    {
        var message = new HealthCheck
        {
            Timeout = Seconds(1),
            Interval = Seconds(5),
            HealthyThreshold = 1,
            UnhealthyThreshold = 1,
            HttpHealthCheck = new Types.HttpHealthCheck { Path = "/" },
        };
        change?.Invoke(message);
        return message;
    }

    private static Duration Seconds(double seconds) => Duration.FromTimeSpan(TimeSpan.FromSeconds(seconds));

    private static HealthCheckConfig? Read(HealthCheck message, out IReadOnlyList<string> errors)
    {
        var context = new ReadContext(ExtensionCatalog.Empty);
        HealthCheckConfig? config = HealthCheckReader.Read([message], "c", context);
        errors = context.Errors;
        return config;
    }
}
