namespace Lateen.EndToEnd.Tests.Tasks;

using Lateen.EndToEnd.Tests.Harness;

/// <summary>Task "Request Timeouts": ratings take two seconds, and reviews may take half of one.</summary>
[Collection(BookinfoCollection.Name)]
public sealed class RequestTimeoutTests(Bookinfo bookinfo)
{
    private const string ReviewsV2 = """
        kubectl apply -f - <<EOF
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata:
          name: reviews
        spec:
          hosts:
          - reviews
          http:
          - route:
            - destination:
                host: reviews
                subset: v2
        """;

    [Fact]
    public async Task A_timeout_of_half_a_second_ends_calls_that_take_two()
    {
        LocalCluster.Require();
        await using BookinfoTask task = await BookinfoTask.StartAsync(bookinfo);
        await task.Shell.RunAsync("kubectl apply -f samples/bookinfo/networking/virtual-service-all-v1.yaml");
        await task.Shell.RunAsync(ReviewsV2 + "\nEOF");
        await task.Shell.RunAsync("""
            kubectl apply -f - <<EOF
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata:
              name: ratings
            spec:
              hosts:
              - ratings
              http:
              - fault:
                  delay:
                    percentage:
                      value: 100
                    fixedDelay: 2s
                route:
                - destination:
                    host: ratings
                    subset: v1
            EOF
            """);
        await task.UntilPageAsync(page => BookinfoTask.BlackStars(page) && BookinfoTask.Seconds(page) is > 1.9 and < 3.5);

        await task.Shell.RunAsync(ReviewsV2 + "\n    timeout: 0.5s\nEOF");
        string page = await task.UntilPageAsync(
            page => BookinfoTask.Says(page, "Sorry, product reviews are currently unavailable for this book."));

        // The product page tries twice.
        Assert.InRange(BookinfoTask.Seconds(page), 0.9, 1.7);
    }
}
