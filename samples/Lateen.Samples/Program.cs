using Lateen.Samples;
using Lateen.Samples.Bookinfo;
using Lateen.Samples.Fortio;
using Lateen.Samples.Httpbin;
using Lateen.Samples.Tools;

// One program, many names: the first argument says which, or the name it was called by (a symbolic link). The kernel keeps that name; the
// framework's own first argument is the resolved file.
string called = Path.GetFileName(File.ReadAllText("/proc/self/cmdline").Split('\0')[0]);
bool byArgument = called.StartsWith("lateen-samples", StringComparison.Ordinal) || called == "dotnet";
string name = byArgument ? args.FirstOrDefault() ?? "help" : called;
string[] rest = byArgument ? [.. args.Skip(1)] : args;

return name switch
{
    "productpage" => await ProductPage.RunAsync(rest),
    "details" => await Details.RunAsync(rest),
    "ratings" => await Ratings.RunAsync(rest),
    "reviews" => await Reviews.RunAsync(rest),
    "httpbin" => await HttpbinServer.RunAsync(rest),
    "gunicorn" => await HttpbinServer.RunAsync([GunicornPort(rest)]),
    "helloworld" => await HelloWorld.RunAsync(rest),
    "tcp-echo" => await TcpEcho.RunAsync(rest),
    "sleep" => await Sleep.RunAsync(rest),
    "fortio" => await FortioCommand.RunAsync(rest),
    "nc" => await NetCat.RunAsync(rest),
    "load" => await Load.RunAsync(rest),
    "help" or "--help" or "-h" => Help(0),
    _ => Help(64),
};

int Help(int exitCode)
{
    (exitCode == 0 ? Console.Out : Console.Error).WriteLine($"""
        {(exitCode == 0 ? "lateen-samples: the sample applications of Lateen in one program" : $"lateen-samples: there is no sample '{name}'")}

        usage: lateen-samples NAME [ARGUMENTS]
          productpage | details | ratings | reviews [PORT]   the bookinfo application (port 9080)
          httpbin [PORT]                                     answers what it was asked (port 8080)
          helloworld [PORT]                                  says its version and instance (port 5000)
          tcp-echo PORTS PREFIX                              echoes lines behind a prefix (9000,9001,9002 hello)
          sleep [SECONDS]                                    waits to be called on with exec
          fortio load|curl|server|version [FLAGS] [URL]      calls a URL and reports as fortio does
          nc HOST PORT                                       sends its input, prints the answer
          load [-qps N] [-duration 60s] [-c N] [-n N] [-H 'name: value'] URL
        """);
    return exitCode;
}

// gunicorn -b 0.0.0.0:80 httpbin:app is how the Python image of httpbin is started.
static string GunicornPort(string[] arguments)
{
    int option = Array.FindIndex(arguments, static a => a is "-b" or "--bind");
    return option >= 0 && option + 1 < arguments.Length ? arguments[option + 1].Split(':')[^1] : "80";
}
