// Shows the buttons that copy what they name, where the browser lets us copy, and says when it is done.
if (navigator.clipboard) {
  for (const button of document.querySelectorAll('button[data-copy]')) {
    button.hidden = false;
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      const told = button.textContent;
      button.textContent = button.dataset.done;
      setTimeout(() => { button.textContent = told; }, 2000);
    });
  }
}
