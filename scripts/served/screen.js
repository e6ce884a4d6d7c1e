// Open the screens again after they were closed; the cookie still lets this browser in.
document.getElementById("again").addEventListener("click", () => window.location.reload());
