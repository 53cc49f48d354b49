namespace Lateen.Scale;

using Microsoft.AspNetCore.Server.Kestrel.Core;

/// <summary>A plaintext gRPC server on the loopback interface with one service.</summary>
internal static class GrpcServer
{
    public static async Task<WebApplication> StartAsync<T>(int port, T service, Action<WebApplication> map)
        where T : class
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(System.Net.IPAddress.Loopback, port, static listener => listener.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(service);
        WebApplication app = builder.Build();
        map(app);
        await app.StartAsync();
        return app;
    }
}
