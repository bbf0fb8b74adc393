using System.Net.Http.Headers;

namespace Pulse.ReferenceHost.Development.Identity;

/// <summary>
/// As much of a browser as a sign-in needs: cookies, redirects and one form. It stops where it is told to, and never goes more
/// than <see cref="MaxSteps"/> steps.
/// </summary>
internal sealed class HeadlessBrowser(HttpMessageInvoker http, TimeProvider time)
{
    private const int MaxSteps = 20;
    private const int MaxPageBytes = 1024 * 1024;

    public BrowserCookies Cookies { get; } = new(time);

    /// <summary>Signs a user in from a start address and follows until a redirect to an address the caller awaits.</summary>
    /// <returns>That address, unvisited.</returns>
    /// <exception cref="LoginFailedException">The provider refused, or the end was not reached.</exception>
    public async Task<Uri> SignInAsync(
        Uri start, string userName, string password, Func<Uri, bool> isEnd, CancellationToken cancellationToken)
    {
        var passwordSent = false;
        var target = start;
        IReadOnlyDictionary<string, string>? form = null;
        for (var step = 0; step < MaxSteps; step++)
        {
            using var response = await SendAsync(target, form, cancellationToken);
            if (response.Headers.Location is { } location)
            {
                form = null;
                target = new Uri(target, location);
                if (isEnd(target))
                {
                    return target;
                }

                continue;
            }

            var html = await ReadAsync(response, cancellationToken);
            var asked = LoginForm.Find(html, target);
            if (asked is null || passwordSent)
            {
                throw new LoginFailedException($"{Name(target)} answered {(int)response.StatusCode}: {LoginForm.Message(html)}");
            }

            passwordSent = asked.AsksPassword;
            target = asked.Action;
            form = asked.Fill(userName, password);
        }

        throw new LoginFailedException($"The sign-in from {Name(start)} did not end within {MaxSteps} steps.");
    }

    /// <summary>Gets an address, or posts a form to it, with this browser's cookies; redirects are not followed.</summary>
    public async Task<HttpResponseMessage> SendAsync(Uri target, IReadOnlyDictionary<string, string>? form, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(form is null ? HttpMethod.Get : HttpMethod.Post, target);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        request.Headers.Add("Sec-Fetch-Mode", "navigate");
        if (form is not null)
        {
            request.Content = new FormUrlEncodedContent(form);
            request.Headers.Add("Origin", target.GetLeftPart(UriPartial.Authority));
        }

        var cookies = Cookies.HeaderFor(target);
        if (cookies.Length > 0)
        {
            request.Headers.Add("Cookie", cookies);
        }

        var response = await http.SendAsync(request, cancellationToken);
        Cookies.Store(target, response);
        return response;
    }

    /// <summary>The page's text; a page that is too large to be a sign-in page is refused.</summary>
    public static async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await response.Content.LoadIntoBufferAsync(MaxPageBytes, cancellationToken);
        return await response.Content.ReadAsStringAsync(cancellationToken);
    }

    /// <summary>An address without its query, which may hold codes and states.</summary>
    public static string Name(Uri address) => address.GetLeftPart(UriPartial.Path);
}
